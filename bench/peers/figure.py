"""Seconds against NMI: what each side costs and what its groups are worth."""

import pandas as pd
from matplotlib.figure import Figure

from aecluster.figures.style import BLACK, BLUE, GREY, new_figure
from bench.peers.known import OWN


def peer_figure(table: pd.DataFrame, title: str) -> Figure:
    """Draw a dot a side, at its medians; lines from the least to the most over the runs.

    Parameters
    ----------
    table : DataFrame
        As in `bench.peers.table.peer_table`, with at least one row.
    title : str
    """
    fig, ax = new_figure(6.5, 3.8)
    middle = (table["seconds"].min() * table["seconds"].max()) ** 0.5
    for _, row in table.iterrows():
        own = row["peer"] == OWN
        colour = BLUE if own else GREY
        seconds, nmi = row["seconds"], row["nmi"]
        look = {"color": colour, "linewidth": 1.4, "solid_capstyle": "butt"}
        ax.plot([row["seconds_least"], row["seconds_most"]], [nmi, nmi], **look)
        ax.plot([seconds, seconds], [row["nmi_least"], row["nmi_most"]], **look)
        ax.plot(seconds, nmi, "o", color=colour, markersize=7)
        left = seconds > middle
        ax.annotate(
            row["peer"],
            (seconds, nmi),
            xytext=(-8 if left else 8, 4),
            textcoords="offset points",
            ha="right" if left else "left",
            color=BLUE if own else BLACK,
            fontsize=8,
            fontweight="bold" if own else "normal",
        )
    ax.set_xscale("log")
    ax.margins(x=0.15)
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_ylim(0, max(0.1, 1.15 * table["nmi_most"].max()))
    ax.set_xlabel("seconds from the files to the groups (aecluster: to the page)")
    ax.set_ylabel("normalized mutual information")
    ax.grid()
    fig.suptitle(title, fontsize=9)
    return fig
