"""What is told of one data set: the sections of summary.md, and of its place on the page."""

import pandas as pd

from aecluster.report.all_scores import all_scores_section
from aecluster.report.checkpoints import checkpoints_section
from aecluster.report.choices import choices_section, criteria_section
from aecluster.report.comparisons import comparisons_section
from aecluster.report.discussion import discussion_section
from aecluster.report.grid import grid_section, grids
from aecluster.report.intervals import intervals_section
from aecluster.report.places import GRID
from aecluster.report.reconstruction import reconstruction_section
from aecluster.report.section import Section


def score_sections(summary: pd.DataFrame) -> dict[str, Section]:
    """Return the scores of each clustering, and the errors of reconstruction if there are any.

    Parameters
    ----------
    summary : DataFrame
        What `aecluster.scoring.summary.summarise` returns, of one data set.
    """
    told = {f"{GRID} {grid.clustering}": grid_section(grid) for grid in grids(summary)}
    reconstruction = reconstruction_section(summary)
    return told | ({"reconstruction": reconstruction} if reconstruction else {})


def sections(tables: dict[str, pd.DataFrame], criterion: str) -> dict[str, Section]:
    """Return what is told of one data set, in the order of summary.md, by names of its own.

    The page has places of its own for some of these names, and shows the others folded.

    Parameters
    ----------
    tables : dict of DataFrame
        The tables of one data set by the names of their files: summary, choices, criteria,
        checkpoints, progress, comparisons and evidence.
    criterion : str
        The one that chose.
    """
    summary, comparisons = tables["summary"], tables["comparisons"]
    told = {
        **score_sections(summary),
        "choices": choices_section(tables["choices"], criterion),
        "all_scores": all_scores_section(summary),
        "discussion": discussion_section(summary, comparisons),
        "criteria": criteria_section(tables["criteria"], criterion),
        "checkpoints": checkpoints_section(tables["checkpoints"], tables["progress"]),
        "comparisons": comparisons_section(comparisons),
        "intervals": intervals_section(tables["evidence"]),
    }
    return {name: section for name, section in told.items() if section is not None}
