"""What is chosen without labels, and what the labels say of it, as Markdown."""

import pandas as pd

from aecluster.scoring.choices import CHOSEN, EVERY, HALVES, OF_ALL, OF_EACH
from aecluster.scoring.text import markdown_table, number, p_value, spread
from aecluster.training.followed import SAMPLE


def choices_section(choices: pd.DataFrame, criterion: str) -> str:
    """Return the columns side by side: chosen, mean, best by the labels, consensus.

    Parameters
    ----------
    choices : DataFrame
        See `choices.side_by_side`.
    criterion : str
        The one that chose.
    """
    lines = ["## Chosen without labels", ""]
    shown = choices[choices["what"] != HALVES]
    if choices["accuracy"].isna().all():
        lines += [_without_labels(choices, criterion), ""]
        return "\n".join(lines)
    rows = [
        ["arm", *(_name(row) for _, row in shown.iterrows())],
        ["accuracy", *(spread(row["accuracy"], row["sd"]) for _, row in shown.iterrows())],
        ["95 % interval", *(_interval(row) for _, row in shown.iterrows())],
        ["public / private", *(_parts(row) for _, row in shown.iterrows())],
        ["permuted labels, 95 %", *(number(v) for v in shown["null_level"])],
        ["p against these", *(p_value(v) for v in shown["p_null"])],
        ["labellings", *shown["n"].astype(int)],
    ]
    lines += [*markdown_table(["", *shown["what"]], rows), ""]
    if CHOSEN not in set(choices["what"]):
        lines += ["No arm was chosen: each has a collapsed seed, or one with other clusters."]
    lines += [
        f"Chosen by `{criterion}`, which was fixed beforehand; the oracle takes the labels to "
        "choose, so that its number is too good. Accuracy: mean ± standard deviation over seeds, "
        f"of {EVERY} over all labellings.",
        "Interval: bootstrap over images and seeds. Permuted labels: 95 % of permutations give "
        "less, and how often they give as much, both for the worst seed.",
    ]
    lines += [_halves(row) for _, row in choices[choices["what"] == HALVES].iterrows()]
    return "\n".join([*lines, ""])


def criteria_section(criteria: pd.DataFrame, criterion: str) -> str:
    """Return how well each criterion follows accuracy, see `choices.follow_accuracy`."""
    lines = ["## Criteria without labels", ""]
    if criteria["accuracy"].isna().all():
        return "\n".join([*lines, "There are no labels to check them against.", ""])
    rows = [
        [
            f"**{row['criterion']}**" if row["criterion"] == criterion else row["criterion"],
            "-" if pd.isna(row["rank_correlation"]) else f"{row['rank_correlation']:+.2f}",
            row["n_arms"],
            "-" if pd.isna(row["model"]) else _name(row),
            number(row["accuracy"]),
        ]
        for _, row in criteria.iterrows()
    ]
    header = ["criterion", "rank correlation with accuracy", "arms", "would choose", "its accuracy"]
    lines += [*markdown_table(header, rows), ""]
    lines += [
        "Rank correlation: Spearman's, over the arms that could be chosen; +1 where the criterion "
        "puts them in the order of their accuracy. Bold: the one that chose. It is not exchanged "
        "for a better one: that would be a choice by the labels. The mean rank is that of "
        "separation (the first three), stability and agreement; prediction strength has no part."
    ]
    return "\n".join([*lines, ""])


def checkpoints_section(checkpoints: pd.DataFrame, progress: pd.DataFrame) -> str:
    """Return the epoch chosen for each model, and what the labels say of it; nothing without.

    Parameters
    ----------
    checkpoints : DataFrame
        model, epoch, stability, chosen.
    progress : DataFrame
        Rows of progress.csv.
    """
    if checkpoints.empty:
        return ""
    lines = ["## Checkpoints without labels", ""]
    means = progress.groupby(["model", "epoch"])["accuracy"].mean()
    labelled = means.notna().any()
    rows = []
    for _, row in checkpoints[checkpoints["chosen"].astype(bool)].iterrows():
        of_model = means[row["model"]]
        last = int(of_model.index.max())
        cells = [row["model"], f"{row['epoch']} of {last}", number(row["stability"])]
        if labelled:
            best = f"{number(of_model.max())} (epoch {of_model.idxmax()})"
            cells += [number(of_model[row["epoch"]]), number(of_model[last]), best]
        rows.append(cells)
    header = ["model", "epoch", "stability over seeds"]
    header += ["accuracy", "of the last epoch", "best by the labels"] if labelled else []
    lines += [*markdown_table(header, rows), ""]
    lines += [
        "The epoch at which k-means of the latents finds the most similar groups with every seed "
        "(mean adjusted Rand index)."
    ]
    if len(progress) and progress["n_images"].max() >= SAMPLE:
        lines += [f"Of {SAMPLE:,} images, drawn at random where there are more."]
    return "\n".join([*lines, ""])


def intervals_section(evidence: pd.DataFrame) -> str:
    """Return interval and null of every arm, see `evidence.evidence_table`; nothing without."""
    if evidence.empty:
        return ""
    rows = [
        [
            *(row[key] for key in ("model", "reduction", "clustering")),
            number(row["accuracy"]),
            _interval(row),
            number(row["null_level"]),
            p_value(row["p_null"]),
        ]
        for _, row in evidence.iterrows()
    ]
    header = ["model", "reduction", "clustering", "accuracy", "95 % interval"]
    header += ["permuted labels, 95 %", "p against these"]
    return "\n".join(["## Intervals", "", *markdown_table(header, rows), ""])


def _name(row: pd.Series) -> str:
    if row.get("what") == EVERY:
        return "all"
    if row.get("what") in (OF_EACH, OF_ALL):
        return "votes"
    return ", ".join(f"`{row[key]}`" for key in ("model", "reduction", "clustering"))


def _interval(row: pd.Series) -> str:
    ends = row["accuracy_low"], row["accuracy_high"]
    return "-" if pd.isna(ends[0]) else " to ".join(number(end) for end in ends)


def _parts(row: pd.Series) -> str:
    return " / ".join(number(row[f"accuracy_{part}"]) for part in ("public", "private"))


def _halves(row: pd.Series) -> str:
    return (
        "Confirmed on two halves: the images of the public part alone choose "
        f"{_name(row)}; its accuracy on the private part is {spread(row['accuracy'], row['sd'])}."
    )


def _without_labels(choices: pd.DataFrame, criterion: str) -> str:
    chosen = choices[choices["what"] == CHOSEN]
    if chosen.empty:
        return "No arm: each has a collapsed seed, or one with another number of clusters."
    return f"{_name(chosen.iloc[0])}, by `{criterion}`. There are no labels to check it against."
