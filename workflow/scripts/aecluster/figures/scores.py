"""All scores of a data set: every seed as a dot, mean and spread, and the level of chance."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aecluster.figures.style import BLACK, GREY, colour, new_figure
from aecluster.figures.text import wrapped
from aecluster.scoring.approximated import notes
from aecluster.scoring.collapse import is_collapsed
from aecluster.scoring.consensus_row import CONSENSUS
from aecluster.scoring.matchings import joint_name
from aecluster.scoring.summary import read_scores

INPUTS = {"scores": "scores.csv"}
CAPTION = """
Scores of all configurations, one dot for each seed. A short upright bar marks the mean, with one
standard deviation to each side. The dashed line is the chance level, which is the accuracy of the
same groups shuffled among the images. On the right are the public and the private part of the
images, scored with the same matching of groups to labels. Below is the reconstruction error.
Without labels, the silhouette and the share of images in the largest group are shown instead.
"""

_WIDTH = 9.5
_ERROR = "reconstruction_mse"
_PARTS = {"accuracy_public": ("public", "^", True), "accuracy_private": ("private", "s", False)}


def draw(dataset: str, scores: str) -> Figure:
    """Draw the scores of a data set from its table."""
    return score_grid(read_scores(scores), dataset)


def score_grid(scores: pd.DataFrame, title: str) -> Figure:
    """Draw one row of panels a clustering, and the reconstruction error below.

    Parameters
    ----------
    scores
        Rows of scores.csv: one a model, seed, reduction and clustering. Where no row has an
        accuracy (no labels), the silhouette and the largest group are drawn instead.
    title
        Of the figure.
    """
    # a consensus is drawn in black, and takes no model's colour
    models = [name for name in dict.fromkeys(scores["model"]) if name != CONSENSUS["model"]]
    reconstruct = [m for m in models if scores.loc[scores["model"] == m, _ERROR].notna().any()]
    clusterings = list(dict.fromkeys(scores["clustering"]))
    labelled = bool(scores["accuracy"].notna().any())
    facets = [scores[scores["clustering"] == name] for name in clusterings]
    heights = [_facet_height(facet, models) for facet in facets]
    heights.append(max(0.9, 0.7 + 0.3 * max(len(reconstruct), len(models) // 2)))
    fig, axes = new_figure(
        _WIDTH,
        sum(heights) + 0.5 * len(heights) + 0.4,
        len(facets) + 1,
        2,
        squeeze=False,
        width_ratios=(3, 2),
        height_ratios=heights,
    )
    for name, facet, (left, right) in zip(clusterings, facets, axes, strict=False):
        rows = list(dict.fromkeys(facet["reduction"]))
        if labelled:
            _accuracy(left, right, facet, rows, models)
        else:
            _without_labels(left, right, facet, rows, models)
        left.set_title(f"groups of {wrapped(name, 50)}")
        _name_rows(left, facet, rows)
        _mark_collapsed(left, facet, "accuracy" if labelled else "silhouette", rows, models)
        right.sharey(left)
        right.tick_params(labelleft=False, length=0, axis="y")
    if reconstruct:
        _reconstruction(axes[-1, 0], scores, reconstruct, models)
    else:
        axes[-1, 0].set_axis_off()
    axes[-1, 1].set_axis_off()
    axes[-1, 1].legend(
        handles=_handles(models, scores, labelled), loc="center left", ncols=2, borderaxespad=0
    )
    fig.suptitle(wrapped(title, 100), fontsize=10)
    if approximate := notes(scores):
        fig.supxlabel("\n".join(wrapped(note, 125) for note in approximate), fontsize=7)
    return fig


def _facet_height(facet: pd.DataFrame, models: list[str]) -> float:
    return facet["reduction"].nunique() * max(0.5, 0.2 + 0.17 * len(models)) + 0.4


def _accuracy(left: Axes, right: Axes, facet: pd.DataFrame, rows: list, models: list) -> None:
    for i, reduction in enumerate(rows):
        chance = facet.loc[facet["reduction"] == reduction, "chance"].mean()
        for ax in (left, right):
            ax.vlines(chance, i - 0.5, i + 0.5, color=BLACK, linestyle="--", linewidth=1)
    _spread(left, facet, "accuracy", rows, models)
    for column, (_, marker, filled) in _PARTS.items():
        _dots(right, facet, column, rows, models, marker=marker, filled=filled)
    name = joint_name(facet["matching"])
    right.sharex(left)
    left.set_xlabel(f"{name} (share of the labelled images)")
    right.set_xlabel(f"{name} of the public and private part")


def _without_labels(left: Axes, right: Axes, facet: pd.DataFrame, rows: list, models: list) -> None:
    _spread(left, facet, "silhouette", rows, models)
    left.set_xlabel("silhouette (-1 to 1; there are no labels)")
    _dots(right, facet, "largest_cluster", rows, models, marker="o", filled=True)
    right.set_xlabel("share of the images in the largest group")
    right.set_xlim(0, 1.02)


def _shade(model: str, models: list[str]) -> str:
    return colour(model, models) if model in models else BLACK


def _offset(model: str, models: list[str]) -> float:
    if model not in models:
        return 0.0
    step = 0.7 / len(models)
    return (models.index(model) - (len(models) - 1) / 2) * step


def _cells(facet: pd.DataFrame, column: str, rows: list[str], models: list[str]):
    """Yield height, colour and the values over seeds of each model in each row."""
    for i, reduction in enumerate(rows):
        for model in dict.fromkeys(facet["model"]):
            part = facet[(facet["reduction"] == reduction) & (facet["model"] == model)]
            if len(part):
                values = pd.to_numeric(part[column]).to_numpy(float)
                yield i + _offset(model, models), _shade(model, models), values


def _spread(ax: Axes, facet: pd.DataFrame, column: str, rows: list, models: list) -> None:
    """Draw a dot a seed, the mean as a bar across, and one standard deviation to both sides."""
    for height, shade, values in _cells(facet, column, rows, models):
        values = values[np.isfinite(values)]
        if not len(values):
            ax.annotate(
                "not defined",
                (0.02, height),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=7,
                color=shade,
            )
            continue
        _summary(ax, height, shade, values)


def _summary(ax: Axes, height: float, shade: str, values: np.ndarray) -> None:
    ax.plot(
        values,
        np.full(len(values), height),
        "o",
        color=shade,
        markersize=4.5,
        alpha=0.55,
        markeredgewidth=0,
    )
    if len(values) > 1:
        mean, sd = values.mean(), values.std(ddof=1)
        ax.plot([mean - sd, mean + sd], [height, height], color=shade, linewidth=1.4)
        ax.plot([mean], [height], "|", color=shade, markersize=11, markeredgewidth=2)


def _dots(
    ax: Axes, facet, column: str, rows: list, models: list, *, marker: str, filled: bool
) -> None:
    for height, shade, values in _cells(facet, column, rows, models):
        ax.plot(
            values,
            np.full(len(values), height),
            marker,
            markersize=3.5,
            markeredgecolor=shade,
            markerfacecolor=shade if filled else "none",
            markeredgewidth=0.8,
        )


def _mark_collapsed(ax: Axes, facet: pd.DataFrame, column: str, rows: list, models: list) -> None:
    """Write "collapsed" beside the dots of each such cell, and beside the line of chance."""
    for (reduction, model), runs in facet.groupby(["reduction", "model"]):
        if not is_collapsed(runs):
            continue
        height = rows.index(reduction) + _offset(model, models)
        values = runs[column].astype(float)
        if values.notna().any():
            ends = [values.max(), values.mean() + values.std(ddof=1), runs["chance"].mean()]
            place = {"xy": (np.nanmax(ends), height), "xytext": (7, 0)}
        else:  # after "not defined"
            place = {"xy": (0.02, height), "xytext": (54, 0)}
            place["xycoords"] = ("axes fraction", "data")
        shade = _shade(model, models)
        ax.annotate(
            "collapsed", **place, textcoords="offset points", va="center", fontsize=7, color=shade
        )


def _name_rows(ax: Axes, facet: pd.DataFrame, rows: list[str]) -> None:
    labels = []
    for reduction in rows:
        dims = sorted(set(facet.loc[facet["reduction"] == reduction, "dim"]))
        unit = "dimension" if dims == [1] else "dimensions"
        labels.append(f"{wrapped(reduction, 26)}\n({' or '.join(map(str, dims))} {unit})")
    ax.set_yticks(range(len(rows)), labels)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)


def _reconstruction(ax: Axes, scores: pd.DataFrame, shown: list[str], models: list[str]) -> None:
    runs = scores.drop_duplicates(["model", "seed"])
    for i, model in enumerate(shown):
        values = runs.loc[runs["model"] == model, _ERROR].to_numpy(float)
        _summary(ax, i, colour(model, models), values)
    ax.set_yticks(range(len(shown)), [wrapped(model, 26) for model in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("mean squared error (pixels in [-1, 1])")
    ax.set_title("reconstruction")


def _handles(models: list[str], scores: pd.DataFrame, labelled: bool) -> list[Line2D]:
    several = scores["seed"].nunique() > 1
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="s",
            color=colour(model, models),
            label=wrapped(model, 26),
        )
        for model in models
    ]
    handles.append(
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markersize=4.5,
            color=GREY,
            label="one seed" if several else "the only seed: no spread",
        )
    )
    if several:
        handles.append(
            Line2D(
                [],
                [],
                color=GREY,
                marker="|",
                markersize=11,
                markeredgewidth=2,
                label="mean ± standard deviation",
            )
        )
    if labelled:
        handles += [
            Line2D(
                [],
                [],
                linestyle="none",
                marker=marker,
                markersize=3.5,
                markeredgecolor=GREY,
                markerfacecolor=GREY if filled else "none",
                label=f"{name} part",
            )
            for name, marker, filled in _PARTS.values()
        ]
        handles.append(
            Line2D([], [], color=BLACK, linestyle="--", linewidth=1, label="chance level")
        )
    return handles
