"""Accuracy of clusters under one matching, and what chance alone would give."""

from dataclasses import dataclass

import numpy as np

from aecluster.metrics.matching import UNASSIGNED, contingency, match, n_matched


@dataclass(frozen=True)
class Accuracy:
    """Parts of labelled images whose cluster stands for their class.

    `matching` is "one-to-one" (accuracy) or "many-to-one" (purity). A part without labelled images
    is NaN. `chance` is the mean over permutations of the clusters among the images, each
    with a matching of its own; `predicted` is the class predicted for each image, -1 for none.
    """

    overall: float
    public: float
    private: float
    matching: str
    chance: float
    predicted: np.ndarray


def accuracy(
    clusters: np.ndarray,
    labels: np.ndarray,
    public: np.ndarray,
    n_permutations: int = 20,
    random_state: int = 0,
) -> Accuracy:
    """Score clusters by labels.

    The matching is made once, on all labelled images; public and private parts are scored with it.
    Images left out by the clusterer (-1) count as wrong.

    Parameters
    ----------
    clusters, labels : ndarray of int64, shape (N,)
        -1 is no cluster, or no label.
    public : ndarray of bool, shape (N,)
        The other images are private.
    """
    labelled = labels >= 0
    _, classes = np.unique(labels[labelled], return_inverse=True)
    class_values = np.unique(labels[labelled])
    n_classes = len(class_values)
    groups = _consecutive(clusters)
    known = groups[labelled]
    # All clusters count, so that their names do not: one may hold no labelled image.
    shape = (max(1, int(groups.max()) + 1), n_classes)
    counts = _counts(known, classes, shape)
    class_of = match(counts)
    predicted = _predict(groups, class_of)
    right = predicted[labelled] == classes
    rng = np.random.default_rng(random_state)
    chance = [
        n_matched(_counts(rng.permutation(known), classes, shape)) / len(known)
        for _ in range(n_permutations)
    ]
    in_public = public[labelled]
    return Accuracy(
        overall=float(right.mean()),
        public=float(right[in_public].mean()) if in_public.any() else float("nan"),
        private=float(right[~in_public].mean()) if not in_public.all() else float("nan"),
        matching="one-to-one" if counts.shape[0] <= n_classes else "many-to-one",
        chance=float(np.mean(chance)),
        predicted=np.where(predicted < 0, -1, class_values[predicted]),
    )


def _consecutive(clusters: np.ndarray) -> np.ndarray:
    """Number clusters 0, 1, 2, ...; unassigned images stay -1."""
    values, groups = np.unique(clusters, return_inverse=True)
    return groups - int(values[0] == UNASSIGNED)


def _counts(groups: np.ndarray, classes: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    assigned = groups >= 0
    return contingency(groups[assigned], classes[assigned], *shape)


def _predict(groups: np.ndarray, class_of: np.ndarray) -> np.ndarray:
    return np.where(groups < 0, -1, class_of[groups])
