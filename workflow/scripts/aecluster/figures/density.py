"""Where the images of each group lie on a plane, when there are too many to draw one by one."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from aecluster.figures.style import BLACK, GREY

CELLS = 260  # along the longer side of the plane
_ROOM = 9, 16  # cells: what a number takes, height and width
_FAINTEST = 0.25  # opacity of a cell with one image
_FULL = 0.98  # part of the cells below the density that is drawn at full strength


def draw_density(
    ax: Axes,
    plane: np.ndarray,
    groups: np.ndarray,
    colours: dict[int, str],
    opacity: np.ndarray | None = None,
    numbered: bool = False,
) -> None:
    """Draw square cells in the colour of the group that most of their images are in.

    The more images, the stronger (by the logarithm); the more mixed the groups of a cell, the
    greyer: colours are not blended, which would give those of other groups.

    Parameters
    ----------
    ax : Axes
    plane : ndarray, shape (N, 2)
    groups : ndarray of int, shape (N,)
        Those that have no colour are grey and count last.
    colours : dict of int -> str
        Colour of each group; several may share one.
    opacity : ndarray, shape (N,), optional
        0 to 1; a cell is as faint as its images are on average.
    numbered : bool
        Write the number of each group into the densest of the cells that have its colour, those of
        the largest groups first and none over another.
    """
    x_edges, y_edges = _edges(plane)
    place, shape = _cells(plane, x_edges, y_edges)
    n_cells = shape[0] * shape[1]
    total = np.bincount(place, minlength=n_cells).astype(np.float64)
    best, colour_of = np.zeros(n_cells), np.tile(to_rgb(GREY), (n_cells, 1))
    most = np.full(n_cells, -1)  # the group that most images of a cell are in
    for group, colour in colours.items():
        own = np.bincount(place[groups == group], minlength=n_cells)
        more = own > best
        best[more], colour_of[more], most[more] = own[more], to_rgb(colour), group
    filled = total > 0
    share = (best[filled] / total[filled])[:, None]
    rgba = np.zeros((n_cells, 4))
    rgba[filled, :3] = share * colour_of[filled] + (1 - share) * np.array(to_rgb(GREY))
    strength = np.log1p(total[filled]) / np.log1p(np.quantile(total[filled], _FULL))
    rgba[filled, 3] = _FAINTEST + (1 - _FAINTEST) * np.minimum(strength, 1)
    if opacity is not None:
        rgba[filled, 3] *= (np.bincount(place, opacity, n_cells) / np.maximum(total, 1))[filled]
    extent = x_edges[0], x_edges[-1], y_edges[0], y_edges[-1]
    if numbered:
        _number(ax, _densest(groups, most, best, shape[1]), x_edges, y_edges)
    image = rgba.reshape(*shape, 4)
    ax.imshow(image, extent=extent, origin="lower", interpolation="nearest", aspect="auto")


def _densest(groups, most, best, n_columns: int) -> dict[int, tuple[int, int]]:
    """Return the (row, column) of the densest cell of each group that has one, the largest group
    first."""
    found, sizes = np.unique(groups, return_counts=True)
    shown = {*np.unique(most[most >= 0]).tolist()}
    by_size = found[np.argsort(-sizes, kind="stable")].tolist()
    cells = {g: int(np.where(most == g, best, 0).argmax()) for g in by_size if g in shown}
    return {group: divmod(cell, n_columns) for group, cell in cells.items()}


def _number(ax: Axes, densest: dict[int, tuple[int, int]], x_edges, y_edges) -> None:
    """Write each number into its cell, (row, column), that is not too near to one before it."""
    written: list[tuple[int, int]] = []
    for group, (row, column) in densest.items():
        if any(abs(row - r) < _ROOM[0] and abs(column - c) < _ROOM[1] for r, c in written):
            continue
        written.append((row, column))
        where = x_edges[column : column + 2].mean(), y_edges[row : row + 2].mean()
        text = ax.text(*where, str(group), color=BLACK, fontsize=7, ha="center", va="center")
        text.set_bbox({"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.8})


def _edges(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges of square cells along both axes."""
    low, high = plane.min(0), plane.max(0)
    side = float((high - low).max()) / CELLS or 1.0
    counts = np.maximum(1, np.ceil((high - low) / side)).astype(int)
    return tuple(low[i] + side * np.arange(counts[i] + 1) for i in (0, 1))


def _cells(plane, x_edges, y_edges) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the flat index of the cell of each image, and how many rows and columns there are."""
    shape = len(y_edges) - 1, len(x_edges) - 1
    column, row = (
        np.clip(((along - edges[0]) / (edges[1] - edges[0])).astype(int), 0, len(edges) - 2)
        for along, edges in ((plane[:, 0], x_edges), (plane[:, 1], y_edges))
    )
    return row * shape[1] + column, shape
