"""Time of each stage, plain way and workflow, and what part of the machine's limit it reaches."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from aecluster.figures.style import BLACK, BLUE, GREY, VERMILION, new_figure
from bench.intervals import AROUND
from bench.table import SIDES, WHOLE

COLOURS = {"plain": VERMILION, "workflow": BLUE}
_NAMES = {"kernel_pca": "kernel PCA", "tsne": "t-SNE", AROUND: "start, end,\nbetween"}
_LEGEND = {"plain": "plain way, one step after another", "workflow": "workflow"}


def bench_figure(stages: pd.DataFrame, title: str) -> Figure:
    """Draw a row a stage: medians as dots, a line from the least to the most over the runs.

    Parameters
    ----------
    stages : DataFrame
        As in `bench.table.stage_table`.
    title : str
    """
    fig, (left, right) = new_figure(
        7.5, 0.4 * len(stages) + 1.6, cols=2, sharey=True, width_ratios=(3, 2)
    )
    for place, (_, row) in enumerate(stages.iterrows()):
        _draw_times(left, place, row)
        for side in SIDES:
            right.plot(row[f"{side}_of_limit"], place, "o", color=COLOURS[side], markersize=6)
    for ax in (left, right):
        ax.set_xscale("log")
        ax.grid(axis="x")
        ax.axhline(len(stages) - 1.5, color=GREY, linewidth=0.6)
        ax.tick_params(axis="y", length=0)
    left.margins(x=0.08)
    left.xaxis.set_major_formatter("{x:g}")
    left.set_yticks(range(len(stages)), [_NAMES.get(name, name) for name in stages["stage"]])
    left.set_ylim(len(stages) - 0.5, -0.7)
    left.get_yticklabels()[-1].set_fontweight("bold")
    left.set_xlabel("seconds (every moment counts once)")
    right.axvline(1, color=BLACK, linestyle="--", linewidth=1)
    right.set_xlabel("part of the machine's limit")
    right.xaxis.set_major_locator(LogLocator(base=100))
    right.xaxis.set_minor_locator(NullLocator())
    right.xaxis.set_major_formatter(FuncFormatter(lambda part, _: f"{100 * part:g} %"))
    _write_ratios(left, stages)
    fig.suptitle(title, fontsize=9)
    fig.legend(handles=_legend(), loc="outside lower center", ncols=3)
    return fig


def _draw_times(ax: Axes, place: int, row: pd.Series) -> None:
    ends = [row[f"{side}_seconds"] for side in SIDES]
    ax.plot(ends, [place, place], color="#DDDDDD", linewidth=3, zorder=1)
    for side in SIDES:
        look = {"color": COLOURS[side], "linewidth": 1.4, "solid_capstyle": "butt"}
        ax.plot([row[f"{side}_least"], row[f"{side}_most"]], [place, place], **look)
        ax.plot(row[f"{side}_seconds"], place, "o", color=COLOURS[side], markersize=6)


def _write_ratios(ax: Axes, stages: pd.DataFrame) -> None:
    """Write how many times faster each stage is, in a column at the right edge."""
    texts = {-0.75: ("times faster", "normal")}
    for place, (_, row) in enumerate(stages.iterrows()):
        ratio = row["times_faster"]
        if row["stage"] != AROUND and not pd.isna(ratio):
            weight = "bold" if row["stage"] == WHOLE else "normal"
            texts[place] = (f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}", weight)
    for place, (text, weight) in texts.items():
        ax.annotate(
            text,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(30, 0),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=8,
            fontweight=weight,
            annotation_clip=False,
        )


def _legend() -> list[Line2D]:
    dots = {"marker": "o", "linestyle": "none"}
    handles = [Line2D([], [], color=COLOURS[side], label=_LEGEND[side], **dots) for side in SIDES]
    return [*handles, Line2D([], [], linestyle="--", color=BLACK, linewidth=1, label="the limit")]
