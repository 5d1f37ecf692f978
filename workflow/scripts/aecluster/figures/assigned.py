"""New images beside the groups that they were placed into."""

import numpy as np
from matplotlib.figure import Figure

from aecluster.figures.style import GREY, new_figure
from aecluster.figures.text import wrapped

_KNOWN, _NEW = 4, 8  # images a row
_MAX_GROUPS = 20
_CELL, _TOP = 0.8, 0.7  # inches


def assigned_figure(known: tuple, new: tuple, title: str) -> Figure:
    """Draw one row a group: its surest images, and the surest and least sure of the new ones.

    Parameters
    ----------
    known, new : tuple of (images, labels, confidence)
        Shapes (N, H, W, C), (N,) and (N,).
    title : str
    """
    groups, sizes = np.unique(new[1], return_counts=True)
    shown = np.sort(groups[np.argsort(-sizes, kind="stable")][:_MAX_GROUPS])
    columns = _KNOWN + 1 + _NEW
    fig, axes = new_figure(
        columns * _CELL, len(shown) * _CELL * 1.15 + _TOP, len(shown), columns, squeeze=False
    )
    for ax in axes.flat:
        ax.set_axis_off()
    for row, group in zip(axes, shown, strict=True):
        chosen = _members(known, group)[:_KNOWN]
        for ax, index in zip(row, chosen, strict=False):
            _draw(ax, known[0][index])
        middle = row[_KNOWN]
        size = int(sizes[groups == group][0])
        name = f"group {group}" if group >= 0 else "no group"
        middle.text(0.5, 0.5, f"{name}\n{size} new", ha="center", va="center", fontsize=8)
        for ax, index in zip(row[_KNOWN + 1 :], _both_ends(_members(new, group)), strict=False):
            _draw(ax, new[0][index])
            ax.set_title(f"{new[2][index]:.0%}", fontsize=7, pad=2)
    left_out = len(groups) - len(shown)
    note = f"; {left_out} groups with fewer new images are not shown" if left_out else ""
    fig.suptitle(wrapped(f"{title}{note}", 100), fontsize=9)
    return fig


def _members(images: tuple, group: int) -> np.ndarray:
    """Return the indices of the images of a group, the surest first."""
    _, labels, confidence = images
    members = np.flatnonzero(labels == group)
    return members[np.argsort(-confidence[members], kind="stable")]


def _both_ends(members: np.ndarray) -> np.ndarray:
    """Return at most as many as fit, the first half and the last half."""
    if len(members) <= _NEW:
        return members
    return np.concatenate([members[: _NEW // 2], members[-_NEW // 2 :]])


def _draw(ax, image: np.ndarray) -> None:
    pixels = image[..., 0] if image.shape[-1] == 1 else image
    ax.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.set_axis_on()
    ax.set(xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set(visible=True, color=GREY, linewidth=0.3)
