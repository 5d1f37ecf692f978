"""The consensus of the labellings of a data set, and its file."""

from pathlib import Path

import numpy as np
import pandas as pd

from aecluster.consensus.agreement import adjusted_rand
from aecluster.consensus.members import Member
from aecluster.consensus.vote import aligned_vote, second_choice
from aecluster.consensus.weights import agreement_weights
from aecluster.errors import InputError
from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified


def find_consensus(
    members: list[Member], n_clusters: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the consensus of the members that have `n_clusters` clusters.

    Returns
    -------
    labels : ndarray of int64, shape (N,)
    confidence : ndarray of float64, shape (N,)
        See `vote.aligned_vote`. Without any member that fits: -1 and 0.
    weights : ndarray of float64, shape (M,)
        See `weigh`.
    """
    labellings = np.array([member.clusters for member in members])
    weights = weigh(members, adjusted_rand(labellings), n_clusters)
    if not weights.any():
        n_images = labellings.shape[1]
        return np.full(n_images, -1), np.zeros(n_images), weights
    return *aligned_vote(labellings, weights, n_clusters), weights


def find_runner_up(members: list[Member], n_clusters: int, weights: np.ndarray) -> np.ndarray:
    """Return the second choice of the vote that `find_consensus` holds with these weights, (N,)."""
    labellings = np.array([member.clusters for member in members])
    if not weights.any():
        return np.full(labellings.shape[1], -1)
    return second_choice(labellings, weights, n_clusters)


def weigh(members: list[Member], agreement: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return the weight of each member, (M,): see `weights.agreement_weights`.

    0 for those with another number of clusters than `n_clusters`, and for collapsed ones, unless
    all are: the same few outliers set apart again and again would agree better than anything else.

    Parameters
    ----------
    members : list of Member
    agreement : ndarray, shape (M, M)
        See `agreement.adjusted_rand`.
    n_clusters : int
    """
    weights = np.zeros(len(members))
    fitting = [k for k, m in enumerate(members) if m.n_clusters == n_clusters > 0]
    fitting = [k for k in fitting if not members[k].collapsed] or fitting
    if fitting:
        runs = [members[k].run for k in fitting]
        weights[fitting] = agreement_weights(agreement[np.ix_(fitting, fitting)], runs)
    return weights


def member_table(members: list[Member], weights: np.ndarray) -> pd.DataFrame:
    """Return model, seed, reduction, clustering, n_clusters and weight of each member."""
    rows = [(m.model, m.seed, m.reduction, m.clustering, m.n_clusters) for m in members]
    columns = ["model", "seed", "reduction", "clustering", "n_clusters"]
    return pd.DataFrame(rows, columns=columns).assign(weight=weights)


def save_consensus(path: str | Path, labels: np.ndarray, confidence: np.ndarray) -> None:
    """Save as CSV with the columns id (index of the image), label and confidence (0 to 1)."""
    with written_whole(path) as draft:
        rows = np.column_stack([np.arange(len(labels)), labels, confidence])
        header = "id,label,confidence"
        np.savetxt(draft, rows, fmt="%d,%d,%.6f", header=header, comments="")


def load_consensus(path: str | Path, n_images: int) -> tuple[np.ndarray, np.ndarray]:
    """Load what `save_consensus` wrote: labels int64 (n_images,), confidence float64 (n_images,).

    Raises
    ------
    InputError
        If the file is damaged or has another number of rows.
    """
    try:
        rows = np.loadtxt(verified(path), delimiter=",", skiprows=1, ndmin=2)
        whole = rows.shape[1] == 3 and np.array_equal(rows[:, 0], np.arange(n_images))
    except (ValueError, IndexError):
        whole = False
    if not whole:
        raise InputError(
            f"{path} is not a whole consensus of {n_images} images; delete it and run again."
        )
    return rows[:, 1].astype(np.int64), rows[:, 2]
