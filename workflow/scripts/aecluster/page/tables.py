"""The tables that only the page has, from choices.csv and scores.csv."""

import pandas as pd

from aecluster.metrics.registry import METRICS, digits
from aecluster.report.numbers import spread
from aecluster.scoring.matchings import joint_matching, score_name
from aecluster.selection.configuration import CONFIGURATION
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
        name (accuracy or purity) and chance as texts, and of chosen, every, oracle, of_each and
        of_all a dict of configuration (text, empty where it says nothing), score and parts, or None
        where there is no such row.
    """
    rows = {row["what"]: row for _, row in choices.iterrows()}
    names = {"chosen": CHOSEN, "every": EVERY, "oracle": ORACLE}
    names |= {"of_each": OF_EACH, "of_all": OF_ALL}
    found = {key: _choice(rows[what]) if what in rows else None for key, what in names.items()}
    matching = joint_matching(choices["matching"])
    name = NOTHING if pd.isna(matching) else score_name(matching)
    return {**found, "name": name, "chance": _number(float(rows[EVERY]["chance"]), 3)}


def _choice(row: pd.Series) -> dict:
    configuration = [row[key] for key in CONFIGURATION]
    named = row["what"] in (CHOSEN, ORACLE)
    parts = [_number(float(row[f"accuracy_{part}"]), 3) for part in ("public", "private")]
    return {
        "configuration": ", ".join(configuration) if named else "",
        "score": spread(row["accuracy"], row["sd"]).replace("-", NOTHING),
        "parts": None if pd.isna(row["accuracy_public"]) else " / ".join(parts),
    }


def every_seed(scores: pd.DataFrame) -> dict:
    """Return the table of scores as it is, rounded, without columns that are empty."""
    shown = scores.drop(columns="dataset").dropna(axis="columns", how="all")
    rows = [
        [_number(value, digits(name)) for name, value in row.items()]
        for row in shown.to_dict("records")
    ]
    header = [
        METRICS[name].label if name in METRICS else name.replace("_", " ") for name in shown.columns
    ]
    return {"header": header, "rows": rows}


def _number(value: object, digits: int) -> str:
    if isinstance(value, float):
        return NOTHING if pd.isna(value) else f"{value:.{digits}f}"
    return str(value)
