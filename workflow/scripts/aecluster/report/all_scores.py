"""Every score of every configuration."""

import pandas as pd

from aecluster.metrics.registry import METRICS
from aecluster.metrics.unlabelled import SECONDS
from aecluster.report.numbers import number, with_spread
from aecluster.report.section import Section, Table
from aecluster.scoring.approximated import notes


def all_scores_section(summary: pd.DataFrame, *, seconds: bool = False) -> Section:
    """Return every score of every cell, mean ± sd, and the number of seeds.

    Parameters
    ----------
    summary : DataFrame
        What `aecluster.scoring.summary.summarise` returns, of one data set.
    seconds : bool
        Whether times are shown too: the same experiment then gives another text each time.
    """
    shown = [
        name
        for name, metric in METRICS.items()
        if (metric.in_tables or (seconds and metric is SECONDS))
        and summary[f"{name}_mean"].notna().any()
    ]
    notes = [_note(row) for _, row in summary.iterrows()]
    header = ["model", "reduction", "dimension", "clustering", *(METRICS[s].label for s in shown)]
    header += ["seeds", *(["note"] if any(notes) else [])]
    rows = []
    for (_, row), note in zip(summary.iterrows(), notes, strict=True):
        numbers = [
            number(row["chance_mean"]) if s == "chance" else with_spread(row, s) for s in shown
        ]
        keys = [row["model"], row["reduction"], row["dim"], row["clustering"]]
        rows.append([*keys, *numbers, row["n"], *([note] if any(notes) else [])])
    sentences = [*_explained(summary), *([] if seconds else ["Seconds are in summary.csv."])]
    return Section("All scores", Table(header, rows), sentences, folded=True)


def _note(row: pd.Series) -> str:
    notes = ["purity"] if row["matching"] == "many-to-one" else []
    return ", ".join(notes + (["collapsed"] if row["collapsed"] else []))


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
