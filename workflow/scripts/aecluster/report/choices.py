"""What is chosen without labels, and what the labels say of it, as Markdown."""

import pandas as pd

from aecluster.report.text import markdown_table, number, p_value, spread
from aecluster.statistics.choices import CHOSEN, EVERY, HALVES, OF_ALL, OF_EACH
from aecluster.training.progress import SAMPLE

_NONE = "None selected: every configuration has a collapsed seed or a different number of clusters."


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
        ["95th percentile, permuted labels", *(number(v) for v in shown["null_level"])],
        ["p (permutation test)", *(p_value(v) for v in shown["p_null"])],
        ["labellings", *shown["n"].astype(int)],
    ]
    lines += [*markdown_table(["", *shown["what"]], rows), ""]
    if CHOSEN not in set(choices["what"]):
        lines += [_NONE]
    lines += [
        f"Selected by `{criterion}`, a rule fixed in advance. The oracle uses the labels to "
        "choose, so its accuracy is too optimistic. Accuracy: mean ± standard deviation over "
        f"seeds; for {EVERY}, over all labellings.",
        "Interval: bootstrap over images and seeds. Permuted labels: the accuracy below which 95 % "
        "of permutations stay, and the share that reaches the observed one; both for the worst "
        "seed.",
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
        "Rank correlation: Spearman's, over the configurations that can be selected; +1 means the "
        "criterion orders them exactly by accuracy. Bold: the criterion used. It is not replaced "
        "by a better one, since that would be selection by labels. The mean rank is that of "
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
        "The epoch at which k-means on the latents gives the most similar groups across seeds "
        "(mean adjusted Rand index)."
    ]
    if len(progress) and progress["n_images"].max() >= SAMPLE:
        lines += [f"Computed on a random sample of {SAMPLE:,} images if there are more."]
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
    header += ["95th percentile, permuted labels", "p (permutation test)"]
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
        f"Check on two halves: the public images alone select {_name(row)}; its accuracy on the "
        f"private images is {spread(row['accuracy'], row['sd'])}."
    )


def _without_labels(choices: pd.DataFrame, criterion: str) -> str:
    chosen = choices[choices["what"] == CHOSEN]
    if chosen.empty:
        return _NONE
    return f"{_name(chosen.iloc[0])}, by `{criterion}`. There are no labels to check it against."
