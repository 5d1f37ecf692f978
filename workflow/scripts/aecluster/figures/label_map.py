"""True labels and found groups of the same images on one plane."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aecluster.figures.density import draw_density
from aecluster.figures.fonts import drawable, use_fonts_for
from aecluster.figures.points import (
    LINE_MARKERS,
    MARKERS,
    MAX_POINTS,
    MAX_VECTORS,
    N_NAMED,
    drawn,
    largest,
    looks_of,
    point_size,
)
from aecluster.figures.style import COLOURS, GREY, PALETTE, new_figure
from aecluster.figures.text import columns, wrapped
from aecluster.metrics.accuracy import Accuracy, accuracy
from aecluster.scoring.matchings import score_name

_MAX_NAMED = len(PALETTE) * len(MARKERS)
_MAX_NAMED_COLOURS = len(COLOURS)
_PANEL = 4.3  # inches, the width of one


@dataclass(frozen=True)
class Names:
    """What the titles say: all text."""

    dataset: str
    model: str
    seed: int
    reduction: str
    clustering: str
    clustered: str  # the reduction that the clusters were found in
    approximation: str = ""  # what is approximate in the plane


def label_map(
    embedding: np.ndarray,
    clusters: np.ndarray,
    labels: np.ndarray,
    class_names: list[str] | None,
    names: Names,
) -> Figure:
    """Draw the labels beside the groups; without labels, the groups alone.

    Groups have the colour of the class that they are matched to. Of more than
    `points.MAX_POINTS` images the density is drawn.

    Parameters
    ----------
    embedding : ndarray, shape (N, dim)
        Its first two dimensions are the plane.
    clusters, labels : ndarray of int64, shape (N,)
        -1 is no cluster, or no label.
    class_names : list of str, optional
        The name of label i is at i.
    names : Names
    """
    class_names = class_names and [drawable(name) for name in class_names]
    use_fonts_for(class_names or ())
    plane, axis_labels = _plane(embedding)
    dense = len(plane) > MAX_POINTS
    shown = slice(None) if dense else drawn(len(plane))
    panels, looks = _panels(clusters, labels, class_names, names)
    grey = dense or any((values < 0).any() for _, values in panels)
    width = _PANEL * len(panels) + 0.9
    title = _title(names) + (f"; density of all {len(plane):,} images" if dense else "")
    title = wrapped(title, int(12 * width))
    titles = [_wrapped_lines(title) for title, _ in panels]
    labelled, numbered = bool((labels >= 0).any()), dense and len(looks) > len(PALETTE)
    called = _names(looks, class_names, labelled, numbered)
    heading = ""
    if len(looks) > (_MAX_NAMED_COLOURS if dense else _MAX_NAMED):
        called = {value: called[value] for value in largest(panels[0][1])}
        heading = f"{len(looks)} {'classes' if labelled else 'groups'}; the {N_NAMED} largest are "
        heading += "named, and numbered where there is room" if numbered else "named"
    rest = _rest(labelled, dense) if grey else ""
    handles, n_columns = _legend(looks, called, rest, width, dense)
    n_lines = title.count("\n") + max(text.count("\n") for text in titles) + bool(heading)
    n_lines += sum(1 + handle.get_label().count("\n") for handle in handles) / n_columns
    height = _PANEL * _shape(plane[shown]) + 1.2 + 0.17 * n_lines
    fig, axes = new_figure(width, height, 1, len(panels), sharex=True, sharey=True, squeeze=False)
    for ax, text, (_, values) in zip(axes[0], titles, panels, strict=True):
        if dense:
            colours = {value: colour for value, (colour, _) in looks.items()}
            draw_density(ax, plane, values, colours, numbered=numbered)
        else:
            _draw(ax, plane[shown], values[shown], looks)
        ax.set_title(text)
        ax.set_xlabel(axis_labels[0])
    axes[0, 0].set_ylabel(axis_labels[1])
    fig.suptitle(title, fontsize=10)
    fig.legend(handles=handles, loc="outside lower center", ncols=n_columns, title=heading or None)
    _limits(axes[0, 0], plane[shown])
    return fig


def _panels(
    clusters: np.ndarray, labels: np.ndarray, class_names: list[str] | None, names: Names
) -> tuple[list[tuple[str, np.ndarray]], dict[int, tuple[str, str]]]:
    """Return title and values of each panel, and the look of each value."""
    found = f"groups of {names.clustering}"
    if names.clustered != names.reduction:
        found += f" on {names.clustered}"
    labelled = labels >= 0
    if not labelled.any():
        return [(f"{found}\nno labels to compare with", clusters)], looks_of(clusters)
    scored = accuracy(clusters, labels, np.ones(len(labels), bool))
    true = "true labels"
    if not labelled.all():
        true += f"\n{labelled.sum():,} of {len(labels):,} images have one"
    return [(true, labels), (f"{found}\n{_score(scored)}", scored.predicted)], looks_of(labels)


def _title(names: Names) -> str:
    title = f"{names.dataset}: {names.model}, {names.reduction}, seed {names.seed}"
    return title + (f" ({names.approximation})" if names.approximation else "")


def _wrapped_lines(text: str) -> str:
    return "\n".join(wrapped(line, 58) for line in text.split("\n"))


def _score(scored: Accuracy) -> str:
    name = score_name(scored.matching)
    return f"{name} {scored.overall:.3f} (chance level {scored.chance:.3f})"


def _plane(embedding: np.ndarray) -> tuple[np.ndarray, tuple[str, str]]:
    dim = embedding.shape[1]
    if dim == 1:
        heights = np.random.default_rng(0).uniform(size=(len(embedding), 1))
        heights *= np.ptp(embedding) or 1
        return np.hstack([embedding, heights]), ("the only coordinate (no unit)", "random height")
    return embedding[:, :2], tuple(f"coordinate {i} of {dim} (no unit)" for i in (1, 2))


def _names(
    looks: dict, class_names: list[str] | None, labelled: bool, numbered: bool
) -> dict[int, str]:
    kind = "class" if labelled else "group"
    if not (labelled and class_names):
        return {value: f"{kind} {value}" for value in looks}
    return {
        value: f"{value}: {class_names[value]}" if numbered else class_names[value]
        for value in looks
    }


def _rest(labelled: bool, dense: bool) -> str:
    """Say what is grey."""
    *some, last = [*["no label"] * labelled, "no group", *["mixed"] * dense]
    return f"{', '.join(some)}, or {last}" if some else last


def _draw(ax: Axes, plane: np.ndarray, values: np.ndarray, looks: dict) -> None:
    size = point_size(len(plane))
    colours = np.array([looks[value][0] if value >= 0 else GREY for value in values])
    markers = np.array([looks[value][1] if value >= 0 else "" for value in values])
    # grey ones first, so that they hide nothing
    for part, marker in [(markers == "", "o"), *((markers == m, m) for m in MARKERS)]:
        if not part.any():
            continue
        lines = marker in LINE_MARKERS
        ax.scatter(
            *plane[part].T,
            s=1.4 * size if lines else size,
            c=colours[part],
            marker=marker,
            alpha=0.7,
            linewidths=0.7 if lines else 0,
            rasterized=len(plane) > MAX_VECTORS,
        )


def _shape(plane: np.ndarray) -> float:
    """Return height by width of a panel that suits the points."""
    width, height = np.ptp(plane, axis=0)
    return float(np.clip(height / width if width else 1, 0.5, 1))


def _limits(ax: Axes, plane: np.ndarray) -> None:
    """Make a unit equally long on both axes."""
    ax.figure.draw_without_rendering()  # the layout tells how large the panel is
    box = np.array([ax.bbox.width, ax.bbox.height])
    low, high = plane.min(axis=0), plane.max(axis=0)
    half = box * (0.53 * float(((high - low) / box).max()) or 1 / box.min())
    middle = (low + high) / 2
    ax.set_xlim(middle[0] - half[0], middle[0] + half[0])
    ax.set_ylim(middle[1] - half[1], middle[1] + half[1])


def _legend(
    looks: dict, names: dict[int, str], rest: str, width: float, dense: bool
) -> tuple[list[Line2D], int]:
    """Return the entries of the legend, and in how many columns they fit."""
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="s" if dense else marker,
            color=colour,
            label=wrapped(names[value], 40),
        )
        for value, (colour, marker) in looks.items()
        if value in names
    ]
    if rest:
        marker = "s" if dense else "o"
        handles.append(Line2D([], [], linestyle="none", marker=marker, color=GREY, label=rest))
    longest = max(columns(line) for handle in handles for line in handle.get_label().split("\n"))
    return handles, max(1, min(len(handles), int(width * 12 / (longest + 6))))
