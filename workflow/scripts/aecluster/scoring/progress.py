"""Scores against epochs, and how accuracy follows reconstruction error."""

import numpy as np
import pandas as pd

from aecluster.metrics.accuracy import accuracy


def score_epochs(
    epochs: np.ndarray, mse: np.ndarray, clusters: np.ndarray, labels: np.ndarray
) -> pd.DataFrame:
    """Return one row an epoch: epoch, reconstruction_mse, accuracy, chance, matching.

    The last three are empty without labels.

    Parameters
    ----------
    epochs, mse : ndarray, shape (E,)
    clusters : ndarray of int64, shape (E, N)
    labels : ndarray of int64, shape (N,)
    """
    everything = np.ones(len(labels), dtype=bool)
    table = pd.DataFrame({"epoch": epochs, "reconstruction_mse": mse})
    if (labels >= 0).any():
        scores = [accuracy(groups, labels, everything) for groups in clusters]
        table["accuracy"] = [score.overall for score in scores]
        table["chance"] = [score.chance for score in scores]
        table["matching"] = [score.matching for score in scores]
    return table.reindex(columns=["epoch", "reconstruction_mse", "accuracy", "chance", "matching"])


def rank_correlations(table: pd.DataFrame) -> pd.DataFrame:
    """Return Spearman's rank correlation of reconstruction error and accuracy over epochs.

    Parameters
    ----------
    table : DataFrame
        Rows of `score_epochs` with the columns model and seed.

    Returns
    -------
    DataFrame
        model, seed, rank_correlation; NaN where either does not change or there are no labels.
    """
    from scipy.stats import spearmanr

    rows = []
    for (model, seed), run in table.groupby(["model", "seed"], sort=False):
        pair = run[["reconstruction_mse", "accuracy"]]
        told_apart = len(run) > 2 and (pair.nunique() > 1).all()
        correlation = spearmanr(*pair.to_numpy().T).statistic if told_apart else np.nan
        rows.append({"model": model, "seed": seed, "rank_correlation": correlation})
    return pd.DataFrame(rows)
