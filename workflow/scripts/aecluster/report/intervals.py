"""Intervals of scores, and what permuted labels give."""

import pandas as pd

from aecluster.report.numbers import number, p_value
from aecluster.report.section import Section, Table
from aecluster.scoring.matchings import score_name
from aecluster.selection.configuration import CONFIGURATION


def intervals_section(evidence: pd.DataFrame) -> Section | None:
    """Return interval and null of each configuration (`evidence_table`); None without."""
    if evidence.empty:
        return None
    rows = [
        [
            score_name(row["matching"]),
            *(row[key] for key in CONFIGURATION),
            number(row["accuracy"]),
            number(row["chance"]),
            interval(row),
            number(row["null_level"]),
            p_value(row["p_null"]),
        ]
        for _, row in evidence.iterrows()
    ]
    header = ["what", *CONFIGURATION, "mean", "chance", "95 % interval"]
    header += ["95th percentile, permuted labels", "p (permutation test)"]
    return Section("Intervals", Table(header, rows))


def interval(row: pd.Series) -> str:
    """Return "0.812 to 0.873", "-" where there is none."""
    ends = row["accuracy_low"], row["accuracy_high"]
    return "-" if pd.isna(ends[0]) else " to ".join(number(end) for end in ends)
