"""One labelling of many, by an aligned weighted vote, and how sure it is of each image.

Clusters have no names in common, so each labelling is first matched one to one to the vote so far
(Hungarian method), then all vote, until nothing changes: the cluster ensemble by voting of
Dimitriadou, Weingessel and Hornik (2001) and Dudoit and Fridlyand (2003, Bioinformatics 19:1090).
Time and memory are linear in the number of images, unlike those of a co-association matrix.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

_ITERATIONS = 50


class Vote(NamedTuple):
    """What came of a vote.

    Attributes
    ----------
    labels : ndarray of int64, shape (N,)
        0 for the largest group and so on; -1 for an image without a vote.
    confidence : ndarray of float64, shape (N,)
        Weighted part of the labellings that put the image into this group, 0 to 1.
    runner_up : ndarray of int64, shape (N,)
        The group with the second most votes; -1 where nothing votes for a second one.
    """

    labels: np.ndarray
    confidence: np.ndarray
    runner_up: np.ndarray


def aligned_vote(labellings: np.ndarray, weights: np.ndarray, n_clusters: int) -> Vote:
    """Return the consensus of labellings.

    Where labellings part the images in different ways, each may be outvoted, and one group is left.
    Then the heaviest labelling with several groups stands, and all say how sure it is.

    Parameters
    ----------
    labellings : ndarray of int, shape (M, N)
        Each of at most `n_clusters` clusters under any names; -1 is no vote.
    weights : ndarray, shape (M,)
        Not negative; the vote starts from the heaviest labelling. The order of the labellings
        changes nothing.
    n_clusters : int
    """
    labels, votes = _final_vote(labellings, weights, n_clusters)
    grouped = np.flatnonzero(labels >= 0)
    confidence = np.zeros(len(labels))
    confidence[grouped] = np.minimum(votes[grouped, labels[grouped]], 1.0)
    votes[grouped, labels[grouped]] = 0
    return Vote(labels, confidence, _winners(votes))


def _final_vote(
    labellings: np.ndarray, weights: np.ndarray, n_clusters: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the group of each image, -1 for none, and the weight of the labellings that put it
    into each group, (N, n_clusters)."""
    heard = np.flatnonzero(weights > 0)
    # names by first appearance: those that the clusterers gave do not matter, not even in ties
    labellings = np.array([_renamed(labellings[m]) for m in heard], dtype=np.int32)
    # and of equally heavy ones the order is that of their groups, not of the members
    content = [labels.tobytes() for labels in labellings]
    order = sorted(range(len(heard)), key=lambda k: (-weights[heard[k]], content[k]))
    labellings, weights = labellings[order], weights[heard[order]]
    weights = weights / weights.sum()
    votes = _votes_of(labellings[0], n_clusters)
    for _ in range(_ITERATIONS):
        before, votes = votes, _aligned_votes(labellings, weights, votes)
        if np.array_equal(votes.argmax(1), before.argmax(1)):
            break
    labels = _winners(votes)
    if _n_groups(labels) == 1 and (parting := [m for m in labellings if _n_groups(m) > 1]):
        votes = _aligned_votes(labellings, weights, _votes_of(parting[0], n_clusters))
        labels = np.where(parting[0] >= 0, parting[0], _winners(votes))
    order = _largest_first(labels, n_clusters)
    return np.where(labels >= 0, np.argsort(order)[labels], -1), votes[:, order]


def _votes_of(labels: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return the votes of one labelling alone, (N, n_clusters)."""
    votes = np.zeros((len(labels), n_clusters))
    _vote(votes, labels, 1.0)
    return votes


def _winners(votes: np.ndarray) -> np.ndarray:
    """Return the group with most votes of each image, -1 where nothing votes, (N,)."""
    return np.where(votes.max(1) > 0, votes.argmax(1), -1)


def _n_groups(labels: np.ndarray) -> int:
    return np.unique(labels[labels >= 0]).size


def _renamed(labels: np.ndarray) -> np.ndarray:
    """Number clusters 0, 1, 2, ... by their first image; -1 stays."""
    names, first, groups = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(np.where(names < 0, -1, first))
    place = np.argsort(order) - int(names[0] < 0)
    return place[groups]


def _aligned_votes(labellings: np.ndarray, weights: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return the votes of labellings, each aligned to the votes before, (N, n_clusters)."""
    votes = np.zeros_like(before)
    for labels, weight in zip(labellings, weights, strict=True):
        _vote(votes, _aligned(labels, before), weight)
    return votes


def _aligned(labels: np.ndarray, votes: np.ndarray) -> np.ndarray:
    """Rename the clusters of a labelling so that most of them meets the votes (N, n_clusters)."""
    n_images, n_clusters = votes.shape
    voting = np.flatnonzero(labels >= 0)
    places = labels[voting], voting
    members = csr_array((np.ones(len(voting)), places), shape=(n_clusters, n_images))
    _, names = linear_sum_assignment(members @ votes, maximize=True)
    return np.where(labels >= 0, names[labels], -1)


def _vote(votes: np.ndarray, labels: np.ndarray, weight: float) -> None:
    """Add the votes of a labelling to those for each cluster, (N, n_clusters)."""
    voting = np.flatnonzero(labels >= 0)
    votes[voting, labels[voting]] += weight


def _largest_first(labels: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return the groups: the largest first, of equally large ones the one of the earliest image;
    those without images come last."""
    grouped = labels[labels >= 0]
    sizes = np.bincount(grouped, minlength=n_clusters)
    first = np.full(n_clusters, len(labels))
    there, earliest = np.unique(grouped, return_index=True)
    first[there] = earliest
    return np.lexsort((first, -sizes))
