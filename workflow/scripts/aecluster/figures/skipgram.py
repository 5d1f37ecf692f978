"""The figure of the skip-gram check: relative errors of the closed-form gradients."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from aecluster.figures.style import BLACK, BLUE, VERMILION, log_ticks, new_figure

_FLOOR = 1e-18  # where an error of exactly 0 is drawn on the log axis
_GRADIENTS = {"error_W": ("∂L/∂W", BLUE, "o"), "error_V": ("∂L/∂W′", VERMILION, "x")}


def skipgram_figure(table: pd.DataFrame, tolerance: float) -> Figure:
    """Draw the errors over the largest logit, and how they are spread.

    Parameters
    ----------
    table
        One row a random case, of `skipgram.skipgram_table`.
    tolerance
        The error that must not be reached.
    """
    fig, (scatter, steps) = new_figure(9, 3.6, 1, 2)
    for column, (label, colour, marker) in _GRADIENTS.items():
        errors = np.maximum(table[column], _FLOOR)
        scatter.plot(
            table["max_logit"], errors, marker, color=colour, markersize=3, alpha=0.6, label=label
        )
        ordered = np.sort(errors)
        shares = np.arange(1, len(ordered) + 1) / len(ordered)
        steps.step(ordered, 100 * shares, where="post", color=colour, label=label)
    scatter.axhline(tolerance, color=BLACK, linestyle="--", linewidth=1)
    steps.axvline(tolerance, color=BLACK, linestyle="--", linewidth=1, label="tolerance")
    top = 10 * max(tolerance, table[[*_GRADIENTS]].max().max())
    scatter.set(
        xscale="log",
        yscale="log",
        ylim=(_FLOOR / 3, top),
        xlabel="largest |logit| of the case (no unit)",
        ylabel="relative error (no unit; 0 drawn at 1e-18)",
        title=f"{len(table)} random cases",
    )
    steps.set(
        xscale="log",
        xlim=(_FLOOR / 3, top),
        ylim=(0, 102),
        xlabel="relative error (no unit; 0 drawn at 1e-18)",
        ylabel="cases with at most this error (%)",
        title="Closed form against automatic differentiation",
    )
    log_ticks(scatter.xaxis, *scatter.get_xlim())
    log_ticks(scatter.yaxis, *scatter.get_ylim())
    log_ticks(steps.xaxis, *steps.get_xlim())
    for ax in (scatter, steps):
        ax.grid()
    fig.legend(*steps.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig
