"""Reconstruction error and accuracy against epochs, and their rank correlation."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aecluster.figures.style import BLACK, colour, log_ticks, new_figure
from aecluster.figures.text import wrapped
from aecluster.scoring.matchings import joint_name
from aecluster.scoring.progress import rank_correlations


def progress_figure(table: pd.DataFrame, title: str) -> Figure:
    """Draw one line a seed in the colour of its model, error above and accuracy below.

    Parameters
    ----------
    table : DataFrame
        Columns model, seed, epoch, reconstruction_mse, accuracy, chance, matching (the last three
        empty without labels).
    title : str
    """
    scores = {"reconstruction_mse": "mean squared error\n(pixels in [-1, 1])"}
    if table["accuracy"].notna().any():
        name = joint_name(table["matching"])
        scores["accuracy"] = f"{name}\n(share of the labelled images)"
    models = list(dict.fromkeys(table["model"]))
    fig, axes = new_figure(
        7.5, 2.4 * len(scores) + 0.4, rows=len(scores), sharex=True, squeeze=False
    )
    for ax, (score, name) in zip(axes[:, 0], scores.items(), strict=True):
        for (model, _), run in table.groupby(["model", "seed"], sort=False):
            look = {"color": colour(model, models), "linewidth": 1, "alpha": 0.8}
            ax.plot(run["epoch"], run[score], marker="o", markersize=3, **look)
        ax.set_ylabel(name)
        ax.grid()
    axes[0, 0].set_yscale("log")
    log_ticks(axes[0, 0].yaxis, *axes[0, 0].get_ylim())
    if "accuracy" in scores:
        axes[1, 0].axhline(table["chance"].mean(), color=BLACK, linestyle="--", linewidth=1)
    axes[0, 0].set_title(wrapped(title, 75))
    axes[-1, 0].set_xlabel("epoch")
    axes[-1, 0].xaxis.set_major_locator(MaxNLocator(integer=True))
    legend = [
        Line2D([], [], color=colour(model, models), label=f"{wrapped(model, 26)}\n{note}")
        for model, note in _notes(table, models).items()
    ]
    if "accuracy" in scores:
        legend.append(Line2D([], [], color=BLACK, linestyle="--", label="chance level"))
    fig.legend(handles=legend, loc="outside right upper", title="model, one line a seed")
    return fig


def _notes(table: pd.DataFrame, models: list[str]) -> dict[str, str]:
    """Return a line on the rank correlation for each model."""
    correlations = rank_correlations(table).groupby("model")["rank_correlation"]
    mean, sd = correlations.mean(), correlations.std(ddof=1)
    notes = {}
    for model in models:
        spread = "" if pd.isna(sd[model]) else f" ± {sd[model]:.2f}"
        known = not pd.isna(mean[model])
        notes[model] = f"rank correlation\n{mean[model]:+.2f}{spread}" if known else ""
    return notes
