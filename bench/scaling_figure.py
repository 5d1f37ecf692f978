"""The figure of what a million images cost: time and memory of every stage against their number."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from aecluster.figures.style import BLACK, GREY, PALETTE, new_figure

_MARKERS = ("o", "s", "^")


def scaling_figure(table: pd.DataFrame, stages: list[str], exponents: dict[str, float]) -> Figure:
    """Draw processor time and peak memory of each stage on logarithmic axes.

    Parameters
    ----------
    table : DataFrame
        Columns n_images, stage, cpu_seconds, peak_memory_mib.
    stages : list of str
        In the order of the legend; the last is that of all jobs.
    exponents : dict of str -> float
        Of each stage's seconds against the number of images.
    """
    fig, axes = new_figure(10.5, 5, 1, 2)
    for place, stage in enumerate(stages):
        rows = table[table["stage"] == stage].sort_values("n_images")
        whole = stage == stages[-1]
        look = {
            "color": BLACK if whole else PALETTE[place % len(PALETTE)],
            "marker": "D" if whole else _MARKERS[place // len(PALETTE)],
            "linestyle": "-" if place < len(PALETTE) or whole else "--",
            "linewidth": 2.2 if whole else 1.2,
            "markersize": 4,
        }
        slope = exponents[stage]
        label = stage if np.isnan(slope) else f"{stage}: {slope:.2f}"
        axes[0].plot(rows["n_images"], rows["cpu_seconds"], label=label, **look)
        axes[1].plot(rows["n_images"], rows["peak_memory_mib"] / 1024, **look)
    sizes = np.array(sorted(table["n_images"].unique()))
    total = table[table["stage"] == stages[-1]].set_index("n_images")["cpu_seconds"]
    guide = 1.5 * total.max() * (sizes / sizes[-1])
    axes[0].set_ylim(0.5 * table["cpu_seconds"].min(), 2 * guide.max())
    axes[0].plot(sizes, guide, color=GREY, linestyle=":", linewidth=1, label="proportional to N")
    axes[1].axhline(8, color=GREY, linestyle=":", linewidth=1)
    axes[1].annotate("8 GiB", (sizes[0], 8), (0, 3), textcoords="offset points", color=GREY)
    for ax, name in zip(axes, ("processor time (s)", "peak memory of one job (GiB)"), strict=True):
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xticks(sizes, [f"{n:,}" for n in sizes])
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_minor_formatter(NullFormatter())
        ax.set_xlabel("number of images N")
        ax.set_ylabel(name)
        ax.grid()
    fig.legend(loc="outside right center", title="stage: exponent")
    fig.suptitle("From data to scores and figures", fontsize=10)
    return fig
