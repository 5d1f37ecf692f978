"""The consensus on a plane, how sure it is, and the images it is least sure of."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aecluster.figures.density import draw_density
from aecluster.figures.points import (
    LINE_MARKERS,
    MAX_POINTS,
    MAX_VECTORS,
    N_NAMED,
    drawn,
    largest,
    looks_of,
    point_size,
)
from aecluster.figures.style import BLACK, GREY, PALETTE
from aecluster.figures.text import wrapped

N_UNSURE = 16
_FAINTEST = 0.15


def consensus_figure(
    plane: np.ndarray,
    images: np.ndarray,
    groups: np.ndarray,
    confidence: np.ndarray,
    title: str,
) -> Figure:
    """Draw the groups with their confidence as opacity, its histogram, and the least sure images.

    Parameters
    ----------
    plane : ndarray, shape (N, dim)
        Its first two dimensions are shown; of more than `points.MAX_POINTS` images the density.
    images : ndarray of uint8, shape (N, H, W, C)
    groups : ndarray of int64, shape (N,)
        -1 is no group.
    confidence : ndarray, shape (N,)
        0 to 1.
    title : str
    """
    fig = Figure(figsize=(9.5, 7.2), layout="constrained")
    top, bottom = fig.subfigures(2, 1, height_ratios=(2.6, 1.55))
    left, right = top.subplots(1, 2, width_ratios=(3, 2))
    looks = _looks(groups)
    _map(left, plane, groups, confidence, looks)
    _histogram(right, groups, confidence, looks)
    _unsure(bottom, images, groups, confidence)
    fig.suptitle(wrapped(title, 100), fontsize=10)
    return fig


def least_sure(groups: np.ndarray, confidence: np.ndarray, n: int = N_UNSURE) -> np.ndarray:
    """Return the images of least confidence, the least sure first, those without a group aside."""
    grouped = np.flatnonzero(groups >= 0)
    return grouped[np.argsort(confidence[grouped], kind="stable")[:n]]


def _looks(groups: np.ndarray) -> dict[int, tuple[str, str]]:
    """Return colour and marker of each group; -1 is grey."""
    return {**({-1: (GREY, "o")} if (groups < 0).any() else {}), **looks_of(groups)}


def _map(ax: Axes, plane: np.ndarray, groups, confidence, looks: dict) -> None:
    x = plane[:, 0]
    y = plane[:, 1] if plane.shape[1] > 1 else np.zeros(len(plane))
    dense = len(plane) > MAX_POINTS
    if dense:
        colours = {group: colour for group, (colour, _) in looks.items() if group >= 0}
        sure = np.where(groups >= 0, _opacity(confidence, len(looks)), _FAINTEST)
        draw_density(
            ax, np.column_stack([x, y]), groups, colours, sure, numbered=len(colours) > len(PALETTE)
        )
    else:
        _points(ax, x, y, groups, confidence, looks)
    ax.set_aspect("equal", adjustable="datalim")
    shown = f"; density of all {len(plane):,} images" if dense else ""
    ax.set_title(f"groups (fainter means less certain{shown})")
    ax.set_xlabel("dimension 1")
    ax.set_ylabel("dimension 2" if plane.shape[1] > 1 else "")
    _name(ax, looks, groups, dense)


def _points(ax: Axes, x: np.ndarray, y: np.ndarray, groups, confidence, looks: dict) -> None:
    order = drawn(len(x))
    x, y = x[order], y[order]
    size = point_size(len(order))
    for group, (colour, marker) in looks.items():
        own = groups[order] == group
        opacity = confidence[order][own] if group >= 0 else np.zeros(own.sum())
        line = marker in LINE_MARKERS
        ax.scatter(
            x[own],
            y[own],
            s=1.4 * size if line else size,
            c=colour,
            marker=marker,
            alpha=_opacity(opacity, len(looks)),
            linewidths=0.7 if line else 0,
            rasterized=len(order) > MAX_VECTORS,
        )


def _opacity(confidence: np.ndarray, n_groups: int) -> np.ndarray:
    """Return the opacity of a confidence; votes dealt evenly to the groups give the faintest."""
    even = 1 / max(2, n_groups)
    return _FAINTEST + (0.92 - _FAINTEST) * ((confidence - even) / (1 - even)).clip(0)


def _name(ax: Axes, looks: dict, groups: np.ndarray, dense: bool) -> None:
    named = {-1, *largest(groups)}
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="s" if dense else marker,
            color=colour,
            label=f"group {group}" if group >= 0 else "no group",
        )
        for group, (colour, marker) in looks.items()
        if group in named
    ]
    n_groups = sum(group >= 0 for group in looks)
    ax.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.13),
        ncols=min(len(handles), 4),
        title=f"{n_groups} groups; the {N_NAMED} largest are named" if n_groups > N_NAMED else None,
    )


def _histogram(ax: Axes, groups, confidence, looks: dict) -> None:
    low = min(0.5, float(np.floor(confidence.min() * 20) / 20))
    parts = {looks[group][0]: confidence[groups == group] for group in looks if group >= 0}
    if not 0 < len(parts) <= len(PALETTE):
        parts = {GREY: confidence}  # so many pieces of a bar tell nothing
    ax.hist(
        list(parts.values()),
        bins=np.linspace(low, 1, 21),
        stacked=True,
        color=list(parts),
        edgecolor="white",
        linewidth=0.4,
    )
    ax.axvline(float(np.median(confidence)), color=BLACK, linestyle="--", linewidth=1)
    ax.set_title(
        f"median {np.median(confidence):.2f} (dashed); unanimous for {_agreed(confidence)}"
    )
    ax.set_xlabel("confidence (weighted share of votes)")
    ax.set_ylabel("images")
    ax.grid(axis="y")


def _agreed(confidence: np.ndarray) -> str:
    return f"{(confidence > 0.9995).mean():.0%}"


def _unsure(figure, images: np.ndarray, groups, confidence) -> None:
    shown = least_sure(groups, confidence)
    figure.suptitle("the least certain images: index, group, confidence", fontsize=9)
    axes = figure.subplots(2, N_UNSURE // 2).ravel()
    for ax in axes:
        ax.set_axis_off()
    for ax, index in zip(axes, shown.tolist(), strict=False):
        picture = np.asarray(images[index])
        grey = picture.shape[-1] == 1
        ax.imshow(
            picture[..., 0] if grey else picture,
            cmap="gray" if grey else None,
            vmin=0,
            vmax=255,
            interpolation="nearest",
        )
        # y is where it is anyway; looking for it takes a fifth of the time of the figure
        ax.set_title(f"{index}: {groups[index]}, {confidence[index]:.2f}", fontsize=7, pad=2, y=1)
