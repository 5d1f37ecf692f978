"""One configuration of all, by a rule that is fixed in advance and sees no labels.

A configuration can be chosen if each of its labellings has the number of clusters that the
consensus has, and none is collapsed. Configurations are ranked by each criterion. The mean rank,
the default, is that of three questions: are the groups set apart (the mean of the ranks of
silhouette, Calinski-Harabasz and Davies-Bouldin), do they come again with another seed (stability),
and do other configurations find them too (agreement)? Prediction strength and modularity are shown
beside them and have no part in the mean: the rule was fixed before they were there.
"""

import pandas as pd

from aecluster.selection.criteria import CRITERIA, MEAN_RANK

SEPARATION = ["silhouette", "calinski_harabasz", "davies_bouldin"]


def rank(criteria: pd.DataFrame) -> pd.DataFrame:
    """Add the ranks of eligible configurations by each criterion, 1 for the best, and their mean.

    Parameters
    ----------
    criteria : DataFrame
        One row a configuration: `eligible` and each of CRITERIA. A criterion that is NaN
        for all (stability with one seed) has no say; a configuration for which alone it is NaN
        comes last.
    """
    table = criteria.copy()
    eligible = table[table["eligible"]]
    for name, criterion in CRITERIA.items():
        known = eligible[name].notna().any()
        ranks = eligible[name].rank(ascending=not criterion.higher_is_better, na_option="bottom")
        table[f"rank_{name}"] = ranks if known else float("nan")
    separation = table[[f"rank_{name}" for name in SEPARATION]].mean(axis=1)
    questions = [separation, table["rank_stability"], table["rank_agreement"]]
    table[MEAN_RANK] = pd.concat(questions, axis=1).mean(axis=1)
    return table


def choose(ranked: pd.DataFrame, criterion: str) -> int | None:
    """Return the row of the best eligible configuration by one of `criteria.RULES`.

    Of equally good ones the one with the better mean rank, then the first; where the criterion is
    known for no configuration, the mean rank decides. None without an eligible configuration.
    """
    eligible = ranked[ranked["eligible"]]
    if eligible.empty:
        return None
    column = rank_column(criterion)
    if eligible[column].isna().all():
        column = MEAN_RANK
    order = eligible.sort_values([column, MEAN_RANK], kind="stable", na_position="last")
    return int(order.index[0])


def rank_column(criterion: str) -> str:
    """Return the column of `rank`'s table that one of `criteria.RULES` orders by."""
    return MEAN_RANK if criterion == MEAN_RANK else f"rank_{criterion}"
