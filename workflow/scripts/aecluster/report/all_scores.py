"""Every score of every configuration."""

import pandas as pd

from aecluster.metrics.registry import METRICS
from aecluster.report.numbers import number, with_spread
from aecluster.report.section import Section, Table
from aecluster.scoring.approximated import notes


def all_scores_section(summary: pd.DataFrame) -> Section:
    """Return every score of every cell, mean ± sd, and the number of seeds.

    Times are left out: the same experiment gives the same text.

    Parameters
    ----------
    summary : DataFrame
        What `aecluster.scoring.summary.summarise` returns, of one data set.
    """
    shown = [
        name
        for name, metric in METRICS.items()
        if metric.in_tables and summary[f"{name}_mean"].notna().any()
    ]
    remarks = [_remark(row) for _, row in summary.iterrows()]
    header = ["model", "reduction", "dimension", "clustering", *(METRICS[s].label for s in shown)]
    header += ["seeds", *(["note"] if any(remarks) else [])]
    rows = []
    for (_, row), remark in zip(summary.iterrows(), remarks, strict=True):
        numbers = [
            number(row["chance_mean"]) if s == "chance" else with_spread(row, s) for s in shown
        ]
        keys = [row["model"], row["reduction"], row["dim"], row["clustering"]]
        rows.append([*keys, *numbers, row["n"], *([remark] if any(remarks) else [])])
    sentences = [*_explained(summary), "Seconds are in summary.csv."]
    return Section("All scores", Table(header, rows), sentences)


def _remark(row: pd.Series) -> str:
    remarks = ["purity"] if row["matching"] == "many-to-one" else []
    return ", ".join(remarks + (["collapsed"] if row["collapsed"] else []))


def _explained(summary: pd.DataFrame) -> list[str]:
    sentences = []
    if (summary["n"] > 1).any():
        sentences.append("Each score: mean ± standard deviation over the seeds.")
    if (summary["matching"] == "many-to-one").any():
        sentences.append(
            "`purity`: more clusters than classes; each cluster counts as its most frequent class."
        )
    sentences.append("Silhouette: in the reduced space of each row.")
    return [*sentences, *notes(summary)]
