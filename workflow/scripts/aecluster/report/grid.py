"""The grid of each clustering: reductions down, models across, the score in each cell."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from aecluster.report.numbers import number, with_spread
from aecluster.report.section import Section, Table
from aecluster.scoring.approximated import notes
from aecluster.scoring.matchings import joint_name


@dataclass(frozen=True)
class Cell:
    """What a grid shows of one configuration.

    Parameters
    ----------
    text : str
        Mean ± standard deviation of the score.
    parts : str
        Accuracy of the public and the private part, "" without labels.
    best : bool
        Whether it has the highest mean of its grid.
    collapsed : bool
    """

    text: str
    parts: str
    best: bool
    collapsed: bool

    def __str__(self) -> str:
        parts = f" ({self.parts})" if self.parts else ""
        return self.text + parts + (" collapsed" if self.collapsed else "")


@dataclass(frozen=True)
class Grid:
    """The scores of one clustering.

    Parameters
    ----------
    clustering : str
    score : str
        "accuracy", "purity" or, without labels, "silhouette".
    models : list of str
    rows : list of (reduction, dimension, cells)
        A cell for each model, None where it is not combined with the reduction.
    n : int
        Seeds.
    chance : str
        The mean chance level, "" without labels.
    collapsed : list of str
        "model with reduction" of each cell that is collapsed.
    approximate : list of str
        Sentences.
    """

    clustering: str
    score: str
    models: Sequence[str]
    rows: Sequence[tuple[str, int | str, Sequence[Cell | None]]]
    n: int
    chance: str
    collapsed: Sequence[str]
    approximate: Sequence[str]


def grids(summary: pd.DataFrame) -> list[Grid]:
    """Return a grid for each clustering that has scores.

    Parameters
    ----------
    summary : DataFrame
        What `aecluster.scoring.summary.summarise` returns, of one data set.
    """
    labelled = bool(summary["accuracy_mean"].notna().any())
    return [
        _grid(name, part, labelled)
        for name, part in summary.groupby("clustering", sort=False)
        if part[["accuracy_mean", "silhouette_mean"]].notna().any(axis=None)
    ]


def grid_section(grid: Grid) -> Section:
    """Return a grid as a section of text."""
    title = grid.score.capitalize()
    rows = [
        [reduction, dim, *("" if cell is None else str(cell) for cell in cells)]
        for reduction, dim, cells in grid.rows
    ]
    seeds = f"mean ± standard deviation over {grid.n} seeds"
    sentences = [f"{title}: {seeds if grid.n > 1 else 'a single seed: no spread'}."]
    if grid.chance:
        sentences += [
            "In brackets: public / private part, under the one matching of clusters to labels.",
            f"Chance level: {grid.chance} (the same clusters, shuffled among the images).",
        ]
    if grid.collapsed:
        sentences += ["`collapsed`: no better than chance, or nearly all images in one cluster."]
    return Section(
        f"{title} of {grid.clustering}",
        Table(["reduction", "dimension", *grid.models], rows),
        [*sentences, *grid.approximate],
    )


def _grid(clustering: str, part: pd.DataFrame, labelled: bool) -> Grid:
    score = "accuracy" if labelled else "silhouette"
    models = list(dict.fromkeys(part["model"]))
    best = part[f"{score}_mean"].max()
    rows = []
    for (reduction, dim), of_row in part.groupby(["reduction", "dim"], sort=False):
        by_model = {row["model"]: row for _, row in of_row.iterrows()}
        cells = [_cell(by_model[m], score, best) if m in by_model else None for m in models]
        rows.append((reduction, dim, cells))
    collapsed = part[part["collapsed"].astype(bool)]
    return Grid(
        clustering=clustering,
        score=joint_name(part["matching"]) if labelled else score,
        models=models,
        rows=rows,
        n=int(part["n"].max()),
        chance=f"{part['chance_mean'].mean():.3f}" if labelled else "",
        collapsed=[f"{row['model']} with {row['reduction']}" for _, row in collapsed.iterrows()],
        approximate=notes(part),
    )


def _cell(row: pd.Series, score: str, best: float) -> Cell:
    parts = (number(row[f"accuracy_{part}_mean"]) for part in ("public", "private"))
    return Cell(
        text=with_spread(row, score),
        parts=" / ".join(parts) if score == "accuracy" else "",
        best=bool(row[f"{score}_mean"] == best),
        collapsed=bool(row["collapsed"]),
    )
