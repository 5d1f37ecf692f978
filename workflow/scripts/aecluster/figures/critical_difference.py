"""The critical-difference diagram of configurations over data sets (Demsar 2006, fig. 1)."""

from matplotlib.figure import Figure

from aecluster.figures.style import BLACK, new_figure
from aecluster.figures.text import wrapped
from aecluster.statistics.across import Across

_LEVEL = 0.05
_DARK = "#444444"  # of lines and of the names at their ends


def critical_difference(across: Across | None, title: str) -> Figure:
    """Draw the mean ranks of the configurations; a bar joins those that are not told apart.

    Parameters
    ----------
    across : Across or None
        Without a comparison the title alone is drawn.
    title : str
    """
    if across is None:
        fig, ax = new_figure(9.5, 1.2)
        ax.set_axis_off()
        ax.text(0.5, 0.5, wrapped(title, 100), ha="center", va="center")
        return fig
    from scikit_posthocs import critical_difference_diagram

    fig, ax = new_figure(9.5, 1.6 + 0.13 * len(across.ranks) + 0.15 * _crossbars(across))
    critical_difference_diagram(
        across.ranks,
        across.p_pairs,
        alpha=_LEVEL,
        ax=ax,
        label_fmt_left="{label} ({rank:.2f})",
        label_fmt_right="({rank:.2f}) {label}",
        label_props={"fontsize": 8, "va": "center"},
        marker_props={"color": BLACK, "s": 12},
        elbow_props={"color": _DARK, "linewidth": 0.7},
        crossbar_props={"color": BLACK, "linewidth": 2.2, "marker": None},
    )
    fig.suptitle(wrapped(title, 100), fontsize=10)
    ax.set_xlabel("mean rank (1 is the best)")
    ax.xaxis.set_label_position("top")
    return fig


def _crossbars(across: Across) -> int:
    """Return about how many bars there will be."""
    alike = across.p_pairs.to_numpy() >= _LEVEL
    return len({tuple(row) for row in alike.tolist()})
