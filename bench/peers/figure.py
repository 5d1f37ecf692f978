"""Seconds against NMI: what each side costs and what its groups are worth."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator
from matplotlib.transforms import Bbox

from aecluster.figures.style import BLACK, BLUE, GREY, new_figure
from bench.peers.known import OWN

_PLACES = (
    {"xytext": (7, 0), "ha": "left", "va": "center"},
    {"xytext": (-7, 0), "ha": "right", "va": "center"},
    {"xytext": (0, 7), "ha": "center", "va": "bottom"},
    {"xytext": (0, -7), "ha": "center", "va": "top"},
)


def peer_figure(table: pd.DataFrame, title: str) -> Figure:
    """Draw a dot a side, at its medians; lines from the least to the most over the runs.

    Parameters
    ----------
    table : DataFrame
        As in `bench.peers.table.peer_table`, with at least one row.
    title : str
    """
    fig, ax = new_figure(6.5, 3.8)
    for _, row in table.iterrows():
        colour = BLUE if row["peer"] == OWN else GREY
        seconds, nmi = row["seconds"], row["nmi"]
        look = {"color": colour, "linewidth": 1.4, "solid_capstyle": "butt"}
        ax.plot([row["seconds_least"], row["seconds_most"]], [nmi, nmi], **look)
        ax.plot([seconds, seconds], [row["nmi_least"], row["nmi_most"]], **look)
        ax.plot(seconds, nmi, "o", color=colour, markersize=7)
    ax.set_xscale("log")
    ax.margins(x=0.15)
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_ylim(0, max(0.1, 1.15 * table["nmi_most"].max()))
    ax.set_xlabel("seconds from the files to the groups (aecluster: to the page)")
    ax.set_ylabel("normalized mutual information")
    ax.grid()
    fig.suptitle(title, fontsize=9)
    _write_names(ax, table)
    return fig


def _write_names(ax: Axes, table: pd.DataFrame) -> None:
    """Write each name beside its dot, on a side where nothing is yet if there is one."""
    ax.figure.draw_without_rendering()  # so that places are known
    dots = ax.transData.transform(table[["seconds", "nmi"]].to_numpy())
    taken = [Bbox.from_extents(*(dot - 5), *(dot + 5)) for dot in dots]
    for _, row in table.iterrows():
        own = row["peer"] == OWN
        for place in _PLACES:
            text = ax.annotate(
                row["peer"],
                (row["seconds"], row["nmi"]),
                **place,
                textcoords="offset points",
                color=BLUE if own else BLACK,
                fontsize=8,
                fontweight="bold" if own else "normal",
            )
            box = text.get_window_extent()
            if place is _PLACES[-1] or not box.count_overlaps(taken):
                break
            text.remove()
        taken.append(box)
