"""The comparison of configurations over data sets, in words."""

import pandas as pd

from aecluster.report.text import markdown_table, number, p_value
from aecluster.statistics.across import MIN_ARMS, MIN_DATASETS, Across, pair_table
from aecluster.statistics.comparisons import LEVEL


def across_text(by_dataset: pd.DataFrame, across: Across | None) -> str:
    """Return the comparison as Markdown, or a sentence on why there is none."""
    lines = ["# Across data sets", ""]
    if across is None:
        return "\n".join([*lines, why_not(by_dataset), ""])
    told_apart = pair_table(across)["p_nemenyi"] < LEVEL
    verdict = "differ" if across.p_friedman < LEVEL else "do not differ significantly"
    lines += [
        f"Over {len(by_dataset)} data sets the mean ranks of {len(across.ranks)} configurations "
        f"{verdict} (Friedman's test, p {_p(across.p_friedman)}); in Nemenyi's test "
        f"{told_apart.sum()} of {len(told_apart)} pairs differ (p < {LEVEL}).",
        "",
    ]
    means = across.accuracies.mean()
    rows = [[arm, f"{rank:.2f}", number(means[arm])] for arm, rank in across.ranks.items()]
    lines += [*markdown_table(["arm", "mean rank", "mean accuracy"], rows), ""]
    lines += ["Ranks within each data set by mean accuracy over seeds, 1 for the best."]
    return "\n".join([*lines, ""])


def why_not(by_dataset: pd.DataFrame) -> str:
    """Say why arms are not compared over data sets."""
    if len(by_dataset) < MIN_DATASETS:
        return (
            f"No test across data sets: Friedman's needs at least {MIN_DATASETS} with labels, but "
            f"there {'is' if len(by_dataset) == 1 else 'are'} {len(by_dataset) or 'none'}."
        )
    return (
        f"No test across data sets: it needs at least {MIN_ARMS} configurations that are matched "
        f"one to one in all of them, but there are {by_dataset.shape[1] or 'none'}."
    )


def _p(p: float) -> str:
    text = p_value(p)
    return text if text.startswith("<") else f"= {text}"
