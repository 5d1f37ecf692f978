"""The comparison of configurations over data sets, in words."""

import pandas as pd

from aecluster.report.numbers import number, p_value, with_spread
from aecluster.report.section import Section, Table
from aecluster.statistics.across import MIN_CONFIGURATIONS, MIN_DATASETS
from aecluster.statistics.comparisons import LEVEL


def across_section(by_dataset: pd.DataFrame, means: pd.DataFrame, pairs: pd.DataFrame) -> Section:
    """Return the comparison, or a sentence on why there is none.

    Parameters
    ----------
    by_dataset : DataFrame
        See `aecluster.statistics.across.accuracies`.
    means : DataFrame
        See `aecluster.statistics.across.means_across`.
    pairs : DataFrame
        See `aecluster.statistics.across.pair_table`.
    """
    title = "Across data sets"
    if pairs.empty:
        return Section(title, sentences=[why_not(by_dataset)])
    ranks = dict(zip([*pairs["a"], *pairs["b"]], [*pairs["rank_a"], *pairs["rank_b"]], strict=True))
    told_apart = pairs["p_nemenyi"] < LEVEL
    p_friedman = pairs["p_friedman"].iloc[0]
    verdict = "differ" if p_friedman < LEVEL else "do not differ significantly"
    sentences = [
        f"Over {len(by_dataset)} data sets the mean ranks of {len(ranks)} configurations "
        f"{verdict} (Friedman's test, p {_p(p_friedman)}); in Nemenyi's test "
        f"{told_apart.sum()} of {len(told_apart)} pairs differ (p < {LEVEL}).",
        "Ranks within each data set by mean accuracy over seeds, 1 for the best. Accuracy ± "
        "standard deviation over seeds, and chance: means over the data sets.",
    ]
    rows = []
    for configuration, rank in ranks.items():
        row = means.loc[configuration]
        numbers = [with_spread(row, "accuracy"), number(row["chance_mean"])]
        rows.append([configuration, f"{rank:.2f}", *numbers])
    header = ["configuration", "mean rank", "mean accuracy", "chance"]
    return Section(title, Table(header, rows), sentences)


def why_not(by_dataset: pd.DataFrame) -> str:
    """Say why configurations are not compared over data sets."""
    if len(by_dataset) < MIN_DATASETS:
        return (
            f"No test across data sets: Friedman's needs at least {MIN_DATASETS} with labels, but "
            f"there {'is' if len(by_dataset) == 1 else 'are'} {len(by_dataset) or 'none'}."
        )
    return (
        f"No test across data sets: it needs at least {MIN_CONFIGURATIONS} configurations that are "
        f"matched one to one in all of them, but there are {by_dataset.shape[1] or 'none'}."
    )


def _p(p: float) -> str:
    text = p_value(p)
    return text if text.startswith("<") else f"= {text}"
