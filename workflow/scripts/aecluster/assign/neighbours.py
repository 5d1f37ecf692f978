"""New images placed into groups by a vote of their nearest neighbours (Fix and Hodges 1951)."""

import numpy as np

from aecluster.errors import InputError

N_NEIGHBOURS = 15


def assign(
    runs: list[tuple[np.ndarray, np.ndarray]], labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Place new images into groups: the mean of the vote shares over all models and seeds.

    Parameters
    ----------
    runs : list of (latents, new latents)
        Shapes (N, D) and (M, D), one for each model and seed.
    labels : ndarray of int64, shape (N,)
        Group of each image; -1, without one, counts as a group.

    Returns
    -------
    new_labels : ndarray of int64, shape (M,)
        Of equal shares the smallest label.
    confidence : ndarray of float64, shape (M,)
        The mean share of its group.

    Raises
    ------
    InputError
        If the new latents have another number of columns.
    """
    for old, new in runs:
        if old.shape[1] != new.shape[1]:
            raise InputError(
                f"the new images have vectors of {new.shape[1]} numbers, but the known ones of "
                f"{old.shape[1]}; give vectors of the same kind."
            )
    groups = np.unique(labels)
    shares = np.mean([_vote_shares(old, labels, new) for old, new in runs], axis=0)
    return groups[shares.argmax(1)], shares.max(1)


def with_equal(
    known: tuple[np.ndarray, np.ndarray], new: tuple[np.ndarray, np.ndarray], equal: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what is found for new images, those that equal another one as that one.

    Parameters
    ----------
    known, new : tuple of (labels, confidence)
        Shapes (N,) and (M,).
    equal : ndarray of int64, shape (N + M,)
        The first image that each is equal to, known ones before new ones, see
        `aecluster.sources.equal.first_equal`.

    Returns
    -------
    labels, confidence : ndarray, shape (M,)
        Of an image that is among the known ones theirs.
    """
    first = equal[len(known[0]) :]
    labels, confidence = (np.concatenate(pair)[first] for pair in zip(known, new, strict=True))
    return labels, confidence


def _vote_shares(latents: np.ndarray, labels: np.ndarray, new_latents: np.ndarray) -> np.ndarray:
    """Return the part of the neighbours of each new image that is in each group, (M, groups)."""
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(N_NEIGHBOURS, len(latents)), n_jobs=1)
    return classifier.fit(latents, labels).predict_proba(new_latents)
