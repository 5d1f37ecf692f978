"""The curves that a suggested number of groups comes from."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aecluster.figures.style import BLACK, BLUE, GREY, VERMILION, new_figure
from aecluster.figures.text import wrapped

_CURVES = {
    "silhouette": "silhouette",
    "stability": "stability\n(adjusted Rand index)",
    "score": "mean of both",
}
_IN_RANGE = {"marker": "o", "markersize": 9, "fillstyle": "none", "linestyle": ""}


def n_clusters_figure(
    table: pd.DataFrame, runs: list[pd.DataFrame], suggestion: dict, title: str
) -> Figure:
    """Draw silhouette, stability and their mean against the number of groups, and the range.

    Parameters
    ----------
    table : DataFrame
        Mean curves: columns k, silhouette, stability, score.
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
        ax.plot(table["k"], table[curve], color=BLUE, marker="o", markersize=3.5)
        ax.axvline(suggestion["suggested"], color=BLACK, linestyle="--", linewidth=1)
        ax.set_ylabel(name)
        ax.grid()
    fitting = table[table["k"].isin(suggestion["range"])]
    axes[-1].plot(fitting["k"], fitting["score"], color=VERMILION, **_IN_RANGE)
    axes[0].set_title(wrapped(title, 75))
    axes[-1].set_xlabel("number of groups")
    axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    handles = _legend(len(runs) > 1, suggestion)
    fig.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return fig


def _legend(several_runs: bool, suggestion: dict) -> list[Line2D]:
    runs = Line2D([], [], color=GREY, linewidth=0.8, label="one model, one seed")
    within = f"within {suggestion['tolerance']:g} of the best"
    suggested = f"suggested: {suggestion['suggested']}"
    return [
        Line2D([], [], color=BLUE, marker="o", markersize=3.5, label="mean"),
        *([runs] if several_runs else []),
        Line2D([], [], color=VERMILION, label=within, **_IN_RANGE),
        Line2D([], [], color=BLACK, linestyle="--", linewidth=1, label=suggested),
    ]
