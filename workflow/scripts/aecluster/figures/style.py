"""One look for all figures, and files whose bytes depend on nothing but the figure.

Importing this module sets matplotlib's defaults (some are read only when a figure is drawn).
No pyplot: figures need no screen and no clean-up.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import matplotlib
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from aecluster.jobs.artifacts import written_whole

# Okabe and Ito (2008): eight colours that people with any colour vision can tell apart.
BLACK = "#000000"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#8A8A8A"
# Four more, as far from those above as these are from each other in CIE L*a*b*, also with
# deuteranopia and protanopia (Machado et al. 2009).
CRIMSON = "#9E0142"
LIME = "#B5CF6B"
PLUM = "#4B0055"
BROWN = "#543005"

# For data on white: yellow is too faint, and black and grey are kept for text and references.
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, SKY_BLUE, ORANGE, CRIMSON, LIME, PLUM, BROWN)

# Where there are more groups: each as far as can be from all before it, black, grey and white in
# OKLab (Ottosson 2020), of medium lightness and chroma. They take a shape or a number beside them.
_MORE = """
#872DC3 #000FA5 #006900 #8778FF #E1B4F0 #004B69 #875A00 #C32D96 #3CC32D #F078FF
#00E1D2 #785A78 #969600 #F03C69 #FF9696 #3C3CC3 #781E78 #007869 #87B496 #B44B5A
"""
COLOURS = (*PALETTE, *_MORE.split())

matplotlib.rcParams.update(
    {
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "axes.facecolor": "white",
        "font.size": 9,
        "axes.titlesize": 9,
        "axes.labelsize": 9,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "legend.fontsize": 8,
        "legend.frameon": False,
        "axes.linewidth": 0.6,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "grid.color": "#DDDDDD",
        "grid.linewidth": 0.6,
        "lines.linewidth": 1.4,
        "svg.hashsalt": "aecluster",
        "text.parse_math": False,  # names may hold dollar signs
    }
)

# Without these, files hold the date and the version of matplotlib.
_METADATA = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None}}


def new_figure(width: float, height: float, rows: int = 1, cols: int = 1, **kw):
    """Make a figure of `width` x `height` inches and its axes.

    Parameters
    ----------
    width, height
        In inches.
    rows, cols
        The grid of axes.
    **kw
        For `Figure.subplots`: sharex, sharey, squeeze, width_ratios, ...

    Returns
    -------
    fig, axes
        `axes` as `Figure.subplots` gives them: one Axes, or an array.
    """
    fig = Figure(figsize=(width, height), layout="constrained")
    return fig, fig.subplots(rows, cols, **kw)


def colour(name: str, names: Iterable[str]) -> str:
    """Give `name` a colour of COLOURS: always the same among the same names, in any order.

    From the eleventh name on, tell them apart by shape or label too.
    """
    return COLOURS[sorted(set(names)).index(name) % len(COLOURS)]


def log_ticks(axis: Axis, low: float, high: float) -> None:
    """Label a logarithmic axis from `low` to `high` with plain numbers: matplotlib's own labels are
    formulas, which are drawn as their source here (text.parse_math)."""
    ratio = high / low
    if ratio < 3:
        axis.set_major_locator(MaxNLocator(6))
    else:
        axis.set_major_locator(LogLocator(subs=(1, 2, 3, 5) if ratio < 100 else (1,)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter("{x:g}")


def save(fig: Figure, *paths: str | os.PathLike) -> None:
    """Save the figure to each path, .png (150 dots per inch) or .svg, whole or not at all."""
    for path in map(Path, paths):
        with written_whole(path) as draft:
            fig.savefig(draft, dpi=150, metadata=_METADATA[path.suffix])
        fig.set_layout_engine("none")  # laid out once
