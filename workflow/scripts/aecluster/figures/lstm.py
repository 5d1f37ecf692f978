"""The figure of the LSTM problem: gates and states at every step, one column a reading."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aecluster.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY_BLUE,
    VERMILION,
    new_figure,
)

_ROWS = {  # column of the table: label, colour
    "z": ("block\ninput z", GREY),
    "i": ("input\ngate i", SKY_BLUE),
    "f": ("forget\ngate f", ORANGE),
    "o": ("output\ngate o", GREEN),
    "c": ("cell\nstate c", VERMILION),
    "y": ("output y", BLUE),
}
_GATES = ("i", "f", "o")


def lstm_figure(table: pd.DataFrame, titles: dict[str, str]) -> Figure:
    """Draw the table of `lstm_readings.readings_table`.

    Parameters
    ----------
    table
        One row a reading and step.
    titles
        The readings in the order of the columns, each with its settings in a few words.
    """
    fig, axes = new_figure(
        9, 7.2, len(_ROWS), len(titles), sharex=True, sharey="row", squeeze=False
    )
    for column, (reading, settings) in enumerate(titles.items()):
        part = table[table["reading"] == reading]
        axes[0, column].set_title(f"{reading}\n{settings}")
        for row, (name, (label, colour)) in enumerate(_ROWS.items()):
            ax = axes[row, column]
            ax.bar(part["step"], part[name], width=0.6, color=colour)
            ax.axhline(0, color=BLACK, linewidth=0.6)
            ax.grid(axis="y")
            if column == 0:
                ax.set_ylabel(label)
        _limits(axes[:, column], table)
        _printed(axes[-1, column], part)
        axes[-1, column].set_xlabel("step")
        axes[-1, column].set_xticks(part["step"])
    fig.align_ylabels(axes[:, 0])
    handles, labels = axes[-1, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center")
    return fig


def _limits(axes: list[Axes], table: pd.DataFrame) -> None:
    states = table[["z", "c", "y", "y_printed_in_report"]]
    low, high = min(0, states.min().min()), max(0, states.max().max())
    margin = 0.12 * (high - low) or 1
    for ax, name in zip(axes, _ROWS, strict=True):
        if name in _GATES:
            ax.set_ylim(0, 1.12)
            ax.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        else:
            ax.set_ylim(low - margin, high + margin)


def _printed(ax: Axes, part: pd.DataFrame) -> None:
    ax.plot(
        part["step"],
        part["y_printed_in_report"],
        linestyle="none",
        marker="o",
        markersize=6,
        markerfacecolor="none",
        markeredgecolor=BLACK,
        label="printed in the report",
    )
