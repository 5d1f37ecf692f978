"""Do configurations differ over many data sets? Friedman's test and what follows it (Demsar 2006).

Data sets are the blocks: within each the configurations are ranked by their mean accuracy, 1 for
the best. Friedman's test (1937) tells whether the mean ranks differ at all, Nemenyi's (1963) which
pairs do. Demsar, J. Mach. Learn. Res. 7:1, takes five data sets for the least.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aecluster.selection.configuration import CONFIGURATION

MIN_DATASETS = 5
MIN_CONFIGURATIONS = 3
PAIRS = ["a", "b", "rank_a", "rank_b", "n_datasets", "p_friedman", "p_nemenyi"]


@dataclass(frozen=True)
class Across:
    """Mean ranks of the configurations (best first), p of Friedman's test, p of each pair."""

    accuracies: pd.DataFrame
    ranks: pd.Series
    p_friedman: float
    p_pairs: pd.DataFrame


def accuracies(summaries: list[pd.DataFrame]) -> pd.DataFrame:
    """Return mean accuracies, data sets down and configurations across.

    Left out are data sets without labels, and configurations that are missing or whose clusters
    are not matched one to one in any of the others.

    Parameters
    ----------
    summaries : list of DataFrame
        summary.csv of each data set.
    """
    table = pd.concat(summaries)
    datasets = table.loc[table["accuracy_mean"].notna(), "dataset"].unique()
    table = _one_to_one(table)
    by_configuration = table.pivot_table(
        index="dataset", columns="configuration", values="accuracy_mean"
    )
    shown = by_configuration.reindex(index=datasets, columns=table["configuration"].unique())
    return shown.dropna(axis="columns")


def means_across(summaries: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the means over data sets of accuracy_mean, accuracy_sd and chance_mean, a row for each
    configuration.

    Parameters
    ----------
    summaries : list of DataFrame
        summary.csv of each data set.
    """
    table = _one_to_one(pd.concat(summaries))
    return table.groupby("configuration")[["accuracy_mean", "accuracy_sd", "chance_mean"]].mean()


def compare_across(by_dataset: pd.DataFrame) -> Across | None:
    """Compare configurations over data sets; None for too few of either (the constants above)."""
    from scikit_posthocs import posthoc_nemenyi_friedman
    from scipy.stats import friedmanchisquare

    if len(by_dataset) < MIN_DATASETS or by_dataset.shape[1] < MIN_CONFIGURATIONS:
        return None
    rounded = by_dataset.round(9)
    ranks = rounded.rank(axis=1, ascending=False).mean().sort_values(kind="stable")
    differ = (rounded.nunique(axis=1) > 1).any()
    p = friedmanchisquare(*rounded.to_numpy().T).pvalue if differ else 1.0
    pairs = posthoc_nemenyi_friedman(-rounded[ranks.index])
    return Across(by_dataset[ranks.index], ranks, float(p), pairs)


def pair_table(across: Across | None) -> pd.DataFrame:
    """Return one row a pair of configurations: PAIRS."""
    if across is None:
        return pd.DataFrame(columns=PAIRS)
    first, second = np.triu_indices(len(across.ranks), 1)
    return pd.DataFrame(
        {
            "a": across.ranks.index[first],
            "b": across.ranks.index[second],
            "rank_a": across.ranks.to_numpy()[first],
            "rank_b": across.ranks.to_numpy()[second],
            "n_datasets": len(across.accuracies),
            "p_friedman": across.p_friedman,
            "p_nemenyi": across.p_pairs.to_numpy()[first, second],
        },
        columns=PAIRS,
    )


def _one_to_one(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are matched one to one, each with its configuration as one text."""
    table = table[table["matching"] == "one-to-one"]
    configurations = table[CONFIGURATION].agg(", ".join, axis=1)
    return table.assign(configuration=configurations if len(table) else "")
