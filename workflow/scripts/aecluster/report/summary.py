"""What is told of one data set: the sections of summary.md, and of its place on the page."""

import pandas as pd

from aecluster.report.all_scores import all_scores_section
from aecluster.report.checkpoints import checkpoints_section
from aecluster.report.choices import choices_section, criteria_section
from aecluster.report.comparisons import comparisons_section
from aecluster.report.discussion import discussion_section
from aecluster.report.grid import grid_section, grids
from aecluster.report.intervals import intervals_section
from aecluster.report.markdown import to_markdown
from aecluster.report.reconstruction import reconstruction_section
from aecluster.report.section import Section


def summary_text(dataset: str, tables: dict[str, pd.DataFrame], criterion: str) -> str:
    """Return summary.md; the report's tables are its top.

    Parameters
    ----------
    dataset : str
    tables, criterion
        See `sections`.
    """
    told = [*score_sections(tables["summary"]), *sections(tables, criterion)]
    return to_markdown(dataset, told)


def score_sections(summary: pd.DataFrame) -> list[Section]:
    """Return the scores of each clustering, and the errors of reconstruction if there are any.

    Parameters
    ----------
    summary : DataFrame
        What `aecluster.scoring.summary.summarise` returns, of one data set.
    """
    reconstruction = reconstruction_section(summary)
    return [*map(grid_section, grids(summary)), *([reconstruction] if reconstruction else [])]


def sections(tables: dict[str, pd.DataFrame], criterion: str) -> list[Section]:
    """Return the sections that follow those of `score_sections`.

    Parameters
    ----------
    tables : dict of DataFrame
        The tables of one data set by the names of their files: summary, choices, criteria,
        checkpoints, progress, comparisons and evidence.
    criterion : str
        The one that chose.
    """
    told = [
        choices_section(tables["choices"], criterion),
        all_scores_section(tables["summary"]),
        discussion_section(tables["summary"], tables["comparisons"]),
        criteria_section(tables["criteria"], criterion),
        checkpoints_section(tables["checkpoints"], tables["progress"]),
        comparisons_section(tables["comparisons"]),
        intervals_section(tables["evidence"]),
    ]
    return [section for section in told if section is not None]
