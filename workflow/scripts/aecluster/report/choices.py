"""What is chosen without labels, and what the labels say of it."""

import pandas as pd

from aecluster.report.intervals import interval
from aecluster.report.numbers import number, p_value, spread
from aecluster.report.section import Section, Table
from aecluster.scoring.matchings import joint_name, score_name
from aecluster.selection.configuration import CONFIGURATION
from aecluster.statistics.choices import CHOSEN, EVERY, HALVES, OF_ALL, OF_EACH

_NONE = "None selected: every configuration has a collapsed seed or a different number of clusters."


def choices_section(choices: pd.DataFrame, criterion: str) -> Section:
    """Return the columns side by side: chosen, mean, best by the labels, consensus.

    Parameters
    ----------
    choices : DataFrame
        See `choices.side_by_side`.
    criterion : str
        The one that chose.
    """
    title = "Chosen without labels"
    shown = choices[choices["what"] != HALVES]
    if choices["accuracy"].isna().all():
        return Section(title, sentences=[_without_labels(choices, criterion)])
    name = joint_name(shown["matching"])
    rows = [
        ["configuration", *(_name(row) for _, row in shown.iterrows())],
        [name, *(spread(row["accuracy"], row["sd"]) for _, row in shown.iterrows())],
        ["chance", *(number(v) for v in shown["chance"])],
        ["95 % interval", *(interval(row) for _, row in shown.iterrows())],
        ["public / private", *(_parts(row) for _, row in shown.iterrows())],
        ["95th percentile, permuted labels", *(number(v) for v in shown["null_level"])],
        ["p (permutation test)", *(p_value(v) for v in shown["p_null"])],
        ["labellings", *shown["n"].astype(int)],
    ]
    sentences = [] if CHOSEN in set(choices["what"]) else [_NONE]
    sentences += [
        f"Selected by `{criterion}`, a rule fixed in advance. The oracle uses the labels to "
        f"choose, so its {name} is too optimistic. {name.capitalize()}: mean ± standard deviation "
        f"over seeds; for {EVERY}, over all labellings.",
        f"Interval: bootstrap over images and seeds. Permuted labels: the {name} below which 95 % "
        "of permutations stay, and the share that reaches the observed one; both for the worst "
        "seed.",
    ]
    sentences += [_halves(row) for _, row in choices[choices["what"] == HALVES].iterrows()]
    return Section(title, Table(["", *shown["what"]], rows), sentences)


def criteria_section(criteria: pd.DataFrame, criterion: str) -> Section:
    """Return how well each criterion follows accuracy, see `choices.follow_accuracy`."""
    title = "Criteria without labels"
    if criteria["accuracy"].isna().all():
        sentences = ["There are no labels to check them against."]
        return Section(title, sentences=sentences)
    name = joint_name(criteria["matching"])
    rows = [
        [
            f"**{row['criterion']}**" if row["criterion"] == criterion else row["criterion"],
            "-" if pd.isna(row["rank_correlation"]) else f"{row['rank_correlation']:+.2f}",
            row["n_configurations"],
            "-" if pd.isna(row["model"]) else _name(row),
            spread(row["accuracy"], row["sd"]),
            number(row["chance"]),
        ]
        for _, row in criteria.iterrows()
    ]
    header = [
        "criterion",
        f"rank correlation with {name}",
        "configurations",
        "would choose",
        f"its {name}",
        "chance",
    ]
    sentences = [
        "Rank correlation: Spearman's, over the configurations that can be selected; +1 means the "
        f"criterion orders them exactly by {name}. Bold: the criterion used. It is not replaced "
        "by a better one, since that would be selection by labels. The mean rank is that of "
        "separation (the first three), stability and agreement; prediction strength has no part."
    ]
    return Section(title, Table(header, rows), sentences)


def _name(row: pd.Series) -> str:
    if row.get("what") == EVERY:
        return "all"
    if row.get("what") in (OF_EACH, OF_ALL):
        return "votes"
    return ", ".join(f"`{row[key]}`" for key in CONFIGURATION)


def _parts(row: pd.Series) -> str:
    return " / ".join(number(row[f"accuracy_{part}"]) for part in ("public", "private"))


def _halves(row: pd.Series) -> str:
    return (
        f"Check on two halves: the public images alone select {_name(row)}; its "
        f"{score_name(row['matching'])} on the private images is "
        f"{spread(row['accuracy'], row['sd'])} (chance {number(row['chance'])})."
    )


def _without_labels(choices: pd.DataFrame, criterion: str) -> str:
    chosen = choices[choices["what"] == CHOSEN]
    if chosen.empty:
        return _NONE
    return f"{_name(chosen.iloc[0])}, by `{criterion}`. There are no labels to check it against."
