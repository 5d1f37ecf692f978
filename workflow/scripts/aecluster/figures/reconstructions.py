"""Images and what the models make of them, pixel by pixel."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aecluster.figures.style import BLACK, GREY, new_figure
from aecluster.figures.text import wrapped
from aecluster.training.reconstructions import Examples

_DPI = 150  # of the PNG: there, every pixel of an image becomes a square of whole dots
_IMAGE = 128 / _DPI  # inches, of the longer side of an image
_LARGEST = 1.5  # inches, of an image with more pixels than that
_GAP, _LINE, _NAME, _MARGIN = 0.14, 0.19, 1.6, 0.15  # inches
_WIDTH = 6.5  # inches, at least
_IN_A_ROW = 10


@dataclass(frozen=True)
class _Block:
    """Some originals and below them one row of reconstructions a model."""

    title: str
    rows: list[tuple[str, Examples]]


def chosen_figure(runs: dict[str, dict[str, Examples]], title: str) -> Figure:
    """Draw the chosen images: the originals above, one row of reconstructions a model below.

    Parameters
    ----------
    runs
        What `load_examples` gives, of each model.
    title
        Of the figure.
    """
    rows = [(model, groups["chosen"]) for model, groups in runs.items()]
    return _draw(_in_lines(_Block("", rows)), title)


def extremes_figure(runs: dict[str, dict[str, Examples]], title: str) -> Figure:
    """Draw the images that each model reconstructs best, and those it reconstructs worst."""
    blocks = [
        block
        for model, groups in runs.items()
        for group in ("best", "worst")
        for block in _in_lines(_Block(f"{model}: {group}", [("reconstruction", groups[group])]))
    ]
    return _draw(blocks, title)


def _in_lines(block: _Block) -> list[_Block]:
    n_images = len(block.rows[0][1].indices)
    return [
        _Block(
            block.title if start == 0 else "",
            [(name, _part(examples, start)) for name, examples in block.rows],
        )
        for start in range(0, n_images, _IN_A_ROW)
    ]


def _part(examples: Examples, start: int) -> Examples:
    part = slice(start, start + _IN_A_ROW)
    return Examples(
        examples.indices[part],
        examples.originals[part],
        examples.reconstructions[part],
        examples.mse[part],
    )


def _draw(blocks: list[_Block], title: str) -> Figure:
    if not blocks:
        return _nothing(title)
    shape = blocks[0].rows[0][1].originals.shape[1:3]
    height, width = _size(*shape)
    columns = max(len(block.rows[0][1].indices) for block in blocks)
    total_width = max(_NAME + columns * (width + _GAP) + _MARGIN, _WIDTH)
    text = wrapped(title, int(total_width * 13))
    top = _MARGIN + _LINE * (text.count("\n") + 2)
    total_height = top + sum(_height(block, height) for block in blocks)
    # Positions are inches from the top left corner; all images share one axes.
    fig, ax = new_figure(total_width, total_height)
    fig.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, total_width), ylim=(total_height, 0))
    ax.set_axis_off()
    ax.text(_MARGIN, _MARGIN, text, va="top", fontsize=10)
    for block in blocks:
        _draw_block(ax, block, top, height, width)
        top += _height(block, height)
    return fig


def _nothing(title: str) -> Figure:
    fig, ax = new_figure(5, 1.2)
    ax.set_axis_off()
    ax.text(0.5, 0.5, "this data set has none of the selected images", ha="center", color=BLACK)
    ax.set_title(wrapped(title, 70))
    return fig


def _size(rows: int, columns: int) -> tuple[float, float]:
    """Return height and width in inches of an image of so many pixels."""
    longest = max(rows, columns)
    dots = max(1, round(_IMAGE * _DPI / longest)) / _DPI
    dots = min(dots, _LARGEST / longest)
    return rows * dots, columns * dots


def _height(block: _Block, image_height: float) -> float:
    head = 2 * _LINE if block.title else _LINE
    return head + image_height + len(block.rows) * (image_height + _GAP + _LINE) + _LINE


def _draw_block(ax: Axes, block: _Block, top: float, height: float, width: float) -> None:
    if block.title:
        ax.text(_MARGIN, top + _LINE, block.title, va="bottom", fontweight="bold")
        top += _LINE
    first = block.rows[0][1]
    top += _LINE
    lefts = [_on_grid(_NAME + i * (width + _GAP)) for i in range(len(first.indices))]
    for left, index in zip(lefts, first.indices, strict=True):
        _caption(ax, left + width / 2, top - 0.04, f"image {index}", "bottom")
    _draw_row(ax, "original", first.originals, lefts, top, height, width)
    top += height + _GAP
    for name, examples in block.rows:
        _draw_row(ax, name, examples.reconstructions, lefts, top, height, width)
        top += height
        for left, error in zip(lefts, examples.mse, strict=True):
            _caption(ax, left + width / 2, top + 0.03, f"{error:.4f}", "top")
        ax.text(
            _NAME - 0.12,
            top + 0.03,
            "error (MSE)",
            ha="right",
            va="top",
            fontsize=7,
            color="#555555",
        )
        top += _GAP + _LINE


def _caption(ax: Axes, x: float, y: float, text: str, va: str) -> None:
    ax.text(x, y, text, ha="center", va=va, fontsize=7, color="#333333")


def _draw_row(ax: Axes, name: str, images: np.ndarray, lefts: list, top, height, width) -> None:
    top = _on_grid(top)
    ax.text(_NAME - 0.12, top + height / 2, wrapped(name, 20), ha="right", va="center", fontsize=8)
    for left, image in zip(lefts, images, strict=True):
        shown = image[:, :, 0] if image.shape[2] == 1 else image
        enlarged = max(image.shape[:2]) <= _LARGEST * _DPI
        ax.imshow(
            shown,
            cmap="gray",
            vmin=0,
            vmax=255,
            extent=(left, left + width, top + height, top),
            interpolation="nearest" if enlarged else "antialiased",
            aspect="auto",
        )
        ax.plot(
            [left, left + width, left + width, left, left],
            [top, top, top + height, top + height, top],
            color=GREY,
            linewidth=0.3,
        )


def _on_grid(inches: float) -> float:
    return round(inches * _DPI) / _DPI
