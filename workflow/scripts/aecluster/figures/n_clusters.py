"""The curves that a suggested number of groups comes from."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aecluster.figures.style import BLACK, BLUE, GREY, VERMILION, new_figure
from aecluster.figures.text import wrapped

_CURVES = {
    "silhouette": "silhouette",
    "gap": "gap statistic",
    "stability": "stability\n(adjusted Rand index)",
}
_VOTE = {"marker": "o", "markersize": 9, "fillstyle": "none", "linestyle": ""}


def n_clusters_figure(
    table: pd.DataFrame, runs: list[pd.DataFrame], suggestion: dict, title: str
) -> Figure:
    """Draw the three curves against the number of groups, and what each of them names.

    Parameters
    ----------
    table : DataFrame
        Mean curves: columns k, silhouette, gap, gap_se, stability.
    runs : list of DataFrame
        The same columns for each model and seed.
    suggestion : dict
        As of `n_clusters.suggestion.suggest`.
    title : str
    """
    fig, axes = new_figure(7.5, 6.2, rows=len(_CURVES), sharex=True)
    for ax, (curve, name) in zip(axes, _CURVES.items(), strict=True):
        for run in runs if len(runs) > 1 else []:
            ax.plot(run["k"], run[curve], color=GREY, linewidth=0.8, alpha=0.6)
        spread = table["gap_se"] if curve == "gap" else None
        ax.errorbar(
            table["k"], table[curve], yerr=spread, color=BLUE, marker="o", markersize=3.5, capsize=2
        )
        ax.axvline(suggestion["suggested"], color=BLACK, linestyle="--", linewidth=1)
        vote = suggestion["votes"][curve]
        if vote is not None:
            height = table.loc[table["k"] == vote, curve]
            ax.plot([vote], height, color=VERMILION, **_VOTE)
        ax.set_ylabel(name)
        ax.grid()
    axes[0].set_title(wrapped(title, 75))
    axes[-1].set_xlabel("number of groups")
    axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    handles = _legend(len(runs) > 1, suggestion["suggested"])
    fig.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return fig


def _legend(several_runs: bool, suggested: int) -> list[Line2D]:
    runs = Line2D([], [], color=GREY, linewidth=0.8, label="one model, one seed")
    return [
        Line2D([], [], color=BLUE, marker="o", markersize=3.5, label="mean"),
        *([runs] if several_runs else []),
        Line2D([], [], color=VERMILION, label="named by this curve", **_VOTE),
        Line2D([], [], color=BLACK, linestyle="--", linewidth=1, label=f"suggested: {suggested}"),
    ]
