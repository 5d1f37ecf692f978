"""The arm chosen without labels, beside all arms, the best by the labels, and the consensus."""

import numpy as np
import pandas as pd

from aecluster.scoring.consensus_row import CONSENSUS
from aecluster.selection.choice import CRITERIA, choose
from aecluster.statistics.evidence import ALL_SEEDS

ARM = ["model", "reduction", "clustering"]
CHOSEN = "chosen without labels"
EVERY = "every arm and seed"
ORACLE = "best by the labels (oracle)"
OF_EACH = "consensus of each seed"
OF_ALL = "consensus of all seeds"
HALVES = "chosen on the public part, scored on the private"
COLUMNS = [
    "what", *ARM, "n", "accuracy", "sd", "accuracy_low", "accuracy_high", "accuracy_public",
    "accuracy_private", "chance", "null_level", "p_null",
]  # fmt: skip


def side_by_side(
    scores: pd.DataFrame, evidence: pd.DataFrame, selection: pd.DataFrame
) -> pd.DataFrame:
    """Return one row each of what is chosen how.

    Only arms that are matched as the chosen one is (one to one, or not) are compared: purity is
    no accuracy.

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
    chosen = _arm(selection, "chosen")
    arms = scores[scores["model"] != CONSENSUS["model"]]
    if chosen is not None:
        matching = _of(arms, chosen)["matching"].iloc[0]
        arms = arms[arms["matching"].eq(matching) | pd.isna(matching)]
    means = arms.groupby(ARM, sort=False)["accuracy"].mean()
    oracle = means.idxmax() if means.notna().any() else None
    rows = []
    if chosen is not None:
        rows.append(_row(CHOSEN, chosen, scores, evidence))
    rows.append(
        {
            "what": EVERY,
            "n": len(arms),
            "accuracy": arms["accuracy"].mean(),
            "sd": arms["accuracy"].std(ddof=1),
            "accuracy_public": arms["accuracy_public"].mean(),
            "accuracy_private": arms["accuracy_private"].mean(),
            "chance": arms["chance"].mean(),
        }
    )
    if oracle is not None:
        rows.append(_row(ORACLE, oracle, scores, evidence))
    rows.append(_row(OF_EACH, tuple(CONSENSUS.values()), scores, evidence))
    rows.append(_row(OF_ALL, tuple(ALL_SEEDS.values()), scores, evidence))
    halves = _arm(selection, "chosen_on_public")
    if halves is not None:
        runs = _of(scores, halves)
        row = {"what": HALVES, **dict(zip(ARM, halves, strict=True)), "n": len(runs)}
        private = runs["accuracy_private"].astype(float)
        rows.append({**row, "accuracy": private.mean(), "sd": private.std(ddof=1)})
    return pd.DataFrame(rows).reindex(columns=COLUMNS)


def follow_accuracy(scores: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """Tell how well each criterion's ranks follow accuracy, over the eligible arms.

    Returns
    -------
    DataFrame
        One row a criterion: criterion, n_arms, rank_correlation (Spearman's, of goodness by the
        criterion and mean accuracy; NaN where either is the same for all), the arm that it would
        choose, and its mean accuracy.
    """
    from scipy.stats import spearmanr

    means = scores.groupby(ARM, sort=False)["accuracy"].mean()
    eligible = selection[selection["eligible"]]
    accuracies = means.reindex(pd.MultiIndex.from_frame(eligible[ARM])).to_numpy(float)
    rows = []
    for criterion in CRITERIA:
        ranks = eligible["mean_rank" if criterion == "mean_rank" else f"rank_{criterion}"]
        known = np.isfinite(accuracies) & ranks.notna().to_numpy()
        pair = -ranks.to_numpy(float)[known], accuracies[known]
        differ = all(len(np.unique(values)) > 1 for values in pair)
        row = {"criterion": criterion, "n_arms": int(known.sum())}
        row["rank_correlation"] = spearmanr(*pair).statistic if differ else np.nan
        best = choose(selection, criterion)
        if best is not None and ranks.notna().any():
            arm = tuple(selection.loc[best, ARM])
            row |= {**dict(zip(ARM, arm, strict=True)), "accuracy": means.get(arm, np.nan)}
        rows.append(row)
    columns = ["criterion", "n_arms", "rank_correlation", *ARM, "accuracy"]
    return pd.DataFrame(rows).reindex(columns=columns)


def _arm(selection: pd.DataFrame, column: str) -> tuple[str, str, str] | None:
    found = selection.loc[selection[column].astype(bool), ARM]
    return tuple(found.iloc[0]) if len(found) else None


def _of(table: pd.DataFrame, arm: tuple[str, str, str]) -> pd.DataFrame:
    return table[(table[ARM] == list(arm)).all(axis=1)]


def _row(what: str, arm: tuple, scores: pd.DataFrame, evidence: pd.DataFrame) -> dict:
    runs, known = _of(scores, arm), _of(evidence, arm)
    row = {"what": what, **dict(zip(ARM, arm, strict=True)), "n": max(1, len(runs))}
    if len(known):
        row |= known.iloc[0].drop(ARM).to_dict()
    if len(runs):
        means = ["accuracy", "accuracy_public", "accuracy_private", "chance"]
        row |= runs[means].astype(float).mean().to_dict()
        row["sd"] = runs["accuracy"].astype(float).std(ddof=1)
    return row
