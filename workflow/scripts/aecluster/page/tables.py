"""The tables of the page, from summary.csv and scores.csv."""

import pandas as pd

from aecluster.metrics.registry import METRICS, digits
from aecluster.metrics.unlabelled import SECONDS
from aecluster.report.numbers import spread
from aecluster.statistics.choices import CHOSEN, EVERY, OF_ALL, OF_EACH, ORACLE

NOTHING = "–"


def choices_row(choices: pd.DataFrame) -> dict:
    """Return what the first table of the page shows of a data set.

    Parameters
    ----------
    choices : DataFrame
        See `aecluster.statistics.choices.side_by_side`.

    Returns
    -------
    dict
        chance (text), and of chosen, every, oracle, of_each and of_all a dict of arm (text, empty
        where it says nothing), score and parts, or None where there is no such row.
    """
    rows = {row["what"]: row for _, row in choices.iterrows()}
    names = {"chosen": CHOSEN, "every": EVERY, "oracle": ORACLE}
    names |= {"of_each": OF_EACH, "of_all": OF_ALL}
    found = {key: _choice(rows[what]) if what in rows else None for key, what in names.items()}
    return {**found, "chance": _number(float(rows[EVERY]["chance"]), 3)}


def _choice(row: pd.Series) -> dict:
    arm = [row[key] for key in ("model", "reduction", "clustering")]
    named = row["what"] in (CHOSEN, ORACLE)
    parts = [_number(float(row[f"accuracy_{part}"]), 3) for part in ("public", "private")]
    return {
        "arm": ", ".join(arm) if named else "",
        "score": spread(row["accuracy"], row["sd"]).replace("-", NOTHING),
        "parts": None if pd.isna(row["accuracy_public"]) else " / ".join(parts),
    }


def reconstruction_table(summary: pd.DataFrame) -> list[dict]:
    """Return model, error (mean and spread) and n of each model."""
    firsts = summary.dropna(subset="reconstruction_mse_mean").drop_duplicates("model")
    return [
        {"model": row["model"], "error": with_spread(row, "reconstruction_mse", 5), "n": row["n"]}
        for _, row in firsts.iterrows()
    ]


def all_scores(summary: pd.DataFrame) -> dict:
    """Return every score of every cell, mean and spread: header and rows of text."""
    shown = {
        name: metric.label
        for name, metric in METRICS.items()
        if (metric.in_tables or metric is SECONDS)
        and f"{name}_mean" in summary
        and summary[f"{name}_mean"].notna().any()
    }
    keys = ["model", "reduction", "dim", "clustering", "n"]
    rows = [
        [*(row[key] for key in keys), *(with_spread(row, score, digits(score)) for score in shown)]
        for _, row in summary.iterrows()
    ]
    return {"header": [*keys[:-1], "seeds", *shown.values()], "n_text": len(keys), "rows": rows}


def every_seed(scores: pd.DataFrame) -> dict:
    """Return the table of scores as it is, rounded, without columns that are empty."""
    shown = scores.drop(columns="dataset").dropna(axis="columns", how="all")
    rows = [
        [_number(value, digits(name)) for name, value in row.items()]
        for row in shown.to_dict("records")
        for row in [row]
    ]
    header = [str(name).replace("_", " ") for name in shown.columns]
    return {"header": header, "rows": rows}


def with_spread(row: pd.Series, score: str, digits: int = 3) -> str:
    """Return "mean ± sd" of a score, the mean alone where there is no sd."""
    mean, sd = row[f"{score}_mean"], row[f"{score}_sd"]
    if pd.isna(mean):
        return NOTHING
    return f"{mean:.{digits}f}" + ("" if pd.isna(sd) else f" ± {sd:.{digits}f}")


def _number(value: object, digits: int) -> str:
    if isinstance(value, float):
        return NOTHING if pd.isna(value) else f"{value:.{digits}f}"
    return str(value)
