"""What is chosen without labels, beside all configurations, the best by labels, the consensus."""

import numpy as np
import pandas as pd

from aecluster.scoring.consensus_row import CONSENSUS
from aecluster.scoring.matchings import joint_matching
from aecluster.selection.choice import choose, rank_column
from aecluster.selection.configuration import CONFIGURATION
from aecluster.selection.criteria import RULES
from aecluster.statistics.evidence import ALL_SEEDS

CHOSEN = "chosen without labels"
EVERY = "every configuration and seed"
ORACLE = "best by the labels (oracle)"
OF_EACH = "consensus of each seed"
OF_ALL = "consensus of all seeds"
HALVES = "chosen on the public part, scored on the private"
COLUMNS = [
    "what", *CONFIGURATION, "n", "accuracy", "sd", "accuracy_low", "accuracy_high",
    "accuracy_public", "accuracy_private", "chance", "null_level", "p_null", "matching",
]  # fmt: skip


def side_by_side(
    scores: pd.DataFrame, evidence: pd.DataFrame, selection: pd.DataFrame
) -> pd.DataFrame:
    """Return one row each of what is chosen how.

    Only configurations that are matched as the chosen one is (one to one, or not) are compared:
    purity is no accuracy.

    Parameters
    ----------
    scores : DataFrame
        Rows of scores.csv of one data set.
    evidence : DataFrame
        See `evidence.evidence_table`.
    selection : DataFrame
        See `aecluster.selection.run.select`, with `chosen_on_public`.

    Returns
    -------
    DataFrame
        COLUMNS: of EVERY the mean and the standard deviation over all labellings; of HALVES
        `accuracy` is that of the private part. What is not known is NaN.
    """
    chosen = _marked(selection, "chosen")
    configurations = scores[scores["model"] != CONSENSUS["model"]]
    if chosen is not None:
        matchings = configurations.groupby(CONFIGURATION)["matching"].transform(joint_matching)
        matching = joint_matching(_of(configurations, chosen)["matching"])
        configurations = configurations[matchings.eq(matching) | pd.isna(matching)]
    means = configurations.groupby(CONFIGURATION, sort=False)["accuracy"].mean()
    oracle = means.idxmax() if means.notna().any() else None
    rows = []
    if chosen is not None:
        rows.append(_row(CHOSEN, chosen, scores, evidence))
    rows.append({"what": EVERY, "n": len(configurations), **_scores(configurations)})
    if oracle is not None:
        rows.append(_row(ORACLE, oracle, scores, evidence))
    rows.append(_row(OF_EACH, tuple(CONSENSUS.values()), scores, evidence))
    rows.append(_row(OF_ALL, tuple(ALL_SEEDS.values()), scores, evidence))
    halves = _marked(selection, "chosen_on_public")
    if halves is not None:
        runs = _of(scores, halves)
        row = {"what": HALVES, **dict(zip(CONFIGURATION, halves, strict=True)), "n": len(runs)}
        row |= {"chance": runs["chance"].mean(), "matching": joint_matching(runs["matching"])}
        private = runs["accuracy_private"].astype(float)
        rows.append({**row, "accuracy": private.mean(), "sd": private.std(ddof=1)})
    return pd.DataFrame(rows).reindex(columns=COLUMNS)


def follow_accuracy(scores: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """Tell how well each criterion's ranks follow accuracy, over the eligible configurations.

    Returns
    -------
    DataFrame
        One row a criterion: criterion, n_configurations, rank_correlation (Spearman's, of goodness
        by the criterion and mean accuracy; NaN where either is the same for all), the
        configuration that it would choose, and its mean accuracy, sd, chance and matching.
    """
    from scipy.stats import spearmanr

    means = scores.groupby(CONFIGURATION, sort=False)["accuracy"].mean()
    eligible = selection[selection["eligible"]]
    accuracies = means.reindex(pd.MultiIndex.from_frame(eligible[CONFIGURATION])).to_numpy(float)
    rows = []
    for criterion in RULES:
        ranks = eligible[rank_column(criterion)]
        known = np.isfinite(accuracies) & ranks.notna().to_numpy()
        pair = -ranks.to_numpy(float)[known], accuracies[known]
        differ = all(len(np.unique(values)) > 1 for values in pair)
        row = {"criterion": criterion, "n_configurations": int(known.sum())}
        row["rank_correlation"] = spearmanr(*pair).statistic if differ else np.nan
        best = choose(selection, criterion)
        if best is not None and ranks.notna().any():
            configuration = tuple(selection.loc[best, CONFIGURATION])
            row |= dict(zip(CONFIGURATION, configuration, strict=True))
            row |= _scores(_of(scores, configuration))
        rows.append(row)
    columns = ["criterion", "n_configurations", "rank_correlation", *CONFIGURATION]
    columns += ["accuracy", "sd", "chance", "matching"]
    return pd.DataFrame(rows).reindex(columns=columns)


def _marked(selection: pd.DataFrame, column: str) -> tuple[str, str, str] | None:
    found = selection.loc[selection[column].astype(bool), CONFIGURATION]
    return tuple(found.iloc[0]) if len(found) else None


def _of(table: pd.DataFrame, configuration: tuple[str, str, str]) -> pd.DataFrame:
    return table[(table[CONFIGURATION] == list(configuration)).all(axis=1)]


def _row(what: str, configuration: tuple, scores: pd.DataFrame, evidence: pd.DataFrame) -> dict:
    runs, known = _of(scores, configuration), _of(evidence, configuration)
    row = {
        "what": what,
        **dict(zip(CONFIGURATION, configuration, strict=True)),
        "n": max(1, len(runs)),
    }
    if len(known):
        row |= known.iloc[0].drop(CONFIGURATION).to_dict()
    if len(runs):
        row |= _scores(runs)
    return row


def _scores(runs: pd.DataFrame) -> dict:
    """Return the mean scores of labellings, the sd of their accuracy, and their matching."""
    means = ["accuracy", "accuracy_public", "accuracy_private", "chance"]
    return {
        **runs[means].astype(float).mean(),
        "sd": runs["accuracy"].astype(float).std(ddof=1),
        "matching": joint_matching(runs["matching"]),
    }
