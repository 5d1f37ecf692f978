"""The training loss of every model and seed over the epochs."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aecluster.figures.style import PALETTE, colour, log_ticks, new_figure
from aecluster.figures.text import wrapped

_STYLES = ("-", "--", ":", "-.")  # where there are more models than colours


def learning_curves(
    histories: list[tuple[str, int, pd.DataFrame]], losses: dict[str, str], title: str
) -> Figure:
    """Draw a thin line for each seed in the colour of its model.

    Parameters
    ----------
    histories
        Model, seed, and a table with the columns epoch and train_loss.
    losses
        The loss that each model was trained with.
    title
        Of the figure.
    """
    models = list(dict.fromkeys(model for model, _, _ in histories))
    fig, ax = new_figure(7.5, 4.2)
    for model, _, history in histories:
        ax.plot(
            history["epoch"],
            history["train_loss"],
            marker="o" if len(history) < 4 else None,
            markersize=4,
            linewidth=1,
            alpha=0.8,
            **_look(model, models),
        )
    _axes(ax, pd.concat([history for _, _, history in histories]))
    same = len(set(losses.values())) == 1
    ax.set_ylabel(f"training loss{f' ({losses[models[0]]})' if same else ''}\npixels in [-1, 1]")
    handles = [
        Line2D(
            [],
            [],
            label=wrapped(model if same else f"{model} ({losses[model]})", 26),
            **_look(model, models),
        )
        for model in models
    ]
    n_seeds = len({seed for _, seed, _ in histories})
    ax.set_title(wrapped(f"{title}, {_lines(n_seeds)}", 75))
    fig.legend(handles=handles, loc="outside right upper", title="model")
    return fig


def _lines(n_seeds: int) -> str:
    return f"one line for each of {n_seeds} seeds" if n_seeds > 1 else "a single seed"


def _look(model: str, models: list[str]) -> dict:
    turn = sorted(models).index(model) // len(PALETTE)
    return {"color": colour(model, models), "linestyle": _STYLES[turn % len(_STYLES)]}


def _axes(ax: Axes, table: pd.DataFrame) -> None:
    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    last = table["epoch"].max()
    ax.set_xlim((0.5, 1.5) if last == 1 else (1 - 0.02 * last, 1.02 * last))
    ax.grid()
    low, high = table["train_loss"].min(), table["train_loss"].max()
    if low <= 0:  # possible for a loss that a new architecture defines
        return
    ratio = high / low
    margin = max(ratio**0.05, 1.1)
    ax.set_yscale("log")
    ax.set_ylim(low / margin, high * margin)
    log_ticks(ax.yaxis, low, high)
