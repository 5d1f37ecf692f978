"""The consensus of the labellings of a data set."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from aecluster.consensus.agreement import adjusted_rand
from aecluster.consensus.members import Member
from aecluster.consensus.vote import aligned_vote
from aecluster.consensus.weights import agreement_weights


class Consensus(NamedTuple):
    """What the members of a vote agree on.

    Attributes
    ----------
    labels, runner_up : ndarray of int64, shape (N,)
    confidence : ndarray of float64, shape (N,)
        See `vote.Vote`. Without any member that votes: -1 and 0.
    weights : ndarray of float64, shape (M,)
        See `weigh`.
    """

    labels: np.ndarray
    confidence: np.ndarray
    runner_up: np.ndarray
    weights: np.ndarray


def find_consensus(members: list[Member], n_clusters: int) -> Consensus:
    """Return the consensus of the members that have `n_clusters` clusters."""
    labellings = np.array([member.clusters for member in members])
    weights = weigh(members, adjusted_rand(labellings), n_clusters)
    if not weights.any():
        n_images = labellings.shape[1]
        nobody = np.full(n_images, -1)
        return Consensus(nobody, np.zeros(n_images), nobody, weights)
    return Consensus(*aligned_vote(labellings, weights, n_clusters), weights)


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
