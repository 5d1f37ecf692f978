"""A number of groups to begin with, and why."""

import statistics

import pandas as pd

CLEAR_STABILITY = 0.5
_EQUALLY_STABLE = 0.01


def suggest(table: pd.DataFrame) -> dict:
    """Choose a number of groups: the median of what three criteria name.

    Parameters
    ----------
    table : DataFrame
        Columns k, silhouette, gap, gap_se, stability, as of `curves.mean_curves`.

    Returns
    -------
    dict
        suggested (int, at least 2), votes (dict: silhouette, gap, stability; None where one names
        no number), reason (a sentence or two). Of numbers that are equally stable the largest
        counts: fewer groups, made of whole ones, are as stable. A gap that rises to the end counts
        as the largest number that was tried.
    """
    votes = {
        "silhouette": _highest(table["silhouette"], table["k"]),
        "gap": _gap_vote(table),
        "stability": _highest(table["stability"], table["k"], _EQUALLY_STABLE),
    }
    counted = {**votes, "gap": votes["gap"] or int(table["k"].max())}
    named = [vote for vote in counted.values() if vote is not None]
    suggested = max(2, statistics.median_low(named))
    return {"suggested": suggested, "votes": votes, "reason": _reason(table, votes, suggested)}


def _highest(curve: pd.Series, k: pd.Series, tolerance: float = 0.0) -> int | None:
    """Return the largest k at which a curve is highest, or lower by no more than `tolerance`."""
    highest = curve >= curve.max() - tolerance
    return int(k[highest].max()) if highest.any() else None


def _gap_vote(table: pd.DataFrame) -> int | None:
    """Return the smallest k with gap(k) >= gap(k + 1) - s(k + 1), None if there is none."""
    enough = table["gap"] >= (table["gap"] - table["gap_se"]).shift(-1)
    return int(table["k"][enough].min()) if enough.any() else None


def _reason(table: pd.DataFrame, votes: dict, suggested: int) -> str:
    best = table.max()
    parts = []
    if votes["silhouette"] is not None:
        parts.append(
            f"the silhouette is highest at {votes['silhouette']} groups ({best['silhouette']:.2f})"
        )
    if votes["gap"] is None:
        parts.append(f"the gap statistic still rises at {table['k'].max()} groups")
    elif votes["gap"] == 1:
        parts.append("the gap statistic finds one single group")
    else:
        parts.append(f"the gap statistic names {votes['gap']}")
    if votes["stability"] is not None:
        parts.append(
            f"groups of other samples agree best at {votes['stability']} "
            f"(adjusted Rand index {best['stability']:.2f})"
        )
    text = f"{suggested} groups, the median of three criteria: {', '.join(parts)}."
    if votes["gap"] == 1 or not best["stability"] >= CLEAR_STABILITY:
        text += " These images do not fall into clear groups; take any number as a way to sort."
    return text
