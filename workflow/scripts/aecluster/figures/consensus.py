"""The consensus on a plane, how sure it is, and the images it is least sure of."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aecluster.figures.points import LINE_MARKERS, MAX_VECTORS, drawn, looks_of, point_size
from aecluster.figures.style import BLACK, GREY
from aecluster.figures.text import wrapped

N_UNSURE = 16
_MAX_NAMED = 12
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
        Its first two dimensions are shown. Of more than `points.MAX_POINTS`, a seeded sample.
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
    order = drawn(len(plane))
    x = plane[order, 0]
    y = plane[order, 1] if plane.shape[1] > 1 else np.zeros(len(order))
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
            alpha=_FAINTEST + (0.92 - _FAINTEST) * _above_chance(opacity, len(looks)),
            linewidths=0.7 if line else 0,
            rasterized=len(order) > MAX_VECTORS,
        )
    ax.set_aspect("equal", adjustable="datalim")
    shown = "" if len(order) == len(plane) else f" (a random {len(order):,} of {len(plane):,})"
    ax.set_title(f"groups; the fainter, the less sure{shown}")
    ax.set_xlabel("dimension 1")
    ax.set_ylabel("dimension 2" if plane.shape[1] > 1 else "")
    _name(ax, looks)


def _above_chance(confidence: np.ndarray, n_groups: int) -> np.ndarray:
    """Return confidence from 0, what votes dealt evenly to the groups would give, to 1."""
    even = 1 / max(2, n_groups)
    return ((confidence - even) / (1 - even)).clip(0)


def _name(ax: Axes, looks: dict) -> None:
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=marker,
            color=colour,
            label=f"group {group}" if group >= 0 else "no group",
        )
        for group, (colour, marker) in looks.items()
    ]
    if len(handles) > _MAX_NAMED:
        handles = [Line2D([], [], linestyle="none", label=f"{len(handles)} groups")]
    columns = min(len(handles), 4)
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=columns)


def _histogram(ax: Axes, groups, confidence, looks: dict) -> None:
    low = min(0.5, float(np.floor(confidence.min() * 20) / 20))
    parts = {looks[group][0]: confidence[groups == group] for group in looks if group >= 0}
    if len(parts) < sum(group >= 0 for group in looks) or not parts:
        parts = {GREY: confidence}  # more groups than colours
    ax.hist(
        list(parts.values()),
        bins=np.linspace(low, 1, 21),
        stacked=True,
        color=list(parts),
        edgecolor="white",
        linewidth=0.4,
    )
    ax.axvline(float(np.median(confidence)), color=BLACK, linestyle="--", linewidth=1)
    ax.set_title(f"median {np.median(confidence):.2f} (dashed); all agree on {_agreed(confidence)}")
    ax.set_xlabel("confidence (weighted part that agrees)")
    ax.set_ylabel("images")
    ax.grid(axis="y")


def _agreed(confidence: np.ndarray) -> str:
    return f"{(confidence > 0.9995).mean():.0%}"


def _unsure(figure, images: np.ndarray, groups, confidence) -> None:
    shown = least_sure(groups, confidence)
    figure.suptitle("the least sure images: index, group, confidence", fontsize=9)
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
        ax.set_title(f"{index}: {groups[index]}, {confidence[index]:.2f}", fontsize=7, pad=2)
