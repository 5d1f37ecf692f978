"""How far labellings of the same images agree, corrected for chance."""

import numpy as np

SAMPLE = 10_000
_AT_ONCE = 64  # labellings whose tables are in memory at the same time


def adjusted_rand(labellings: np.ndarray, random_state: int = 0) -> np.ndarray:
    """Return the adjusted Rand index (Hubert and Arabie 1985, eq. 5) of each pair of labellings.

    Parameters
    ----------
    labellings : ndarray of int, shape (M, N)
        -1 is one more group, of the images left out. Of more than SAMPLE images a seeded sample
        is taken, the same for all pairs.

    Returns
    -------
    ndarray of float64, shape (M, M)
        1 for equal groups whatever they are called, 0 on average for groups that have nothing to
        do with each other. A labelling of one group agrees with none, itself neither: 0.
    """
    labellings = _sampled(np.asarray(labellings), random_state)
    n_labellings, n_images = labellings.shape
    members, sizes, starts = _memberships(labellings)
    within = np.add.reduceat(_pairs(sizes), starts)
    together = np.empty((n_labellings, n_labellings))
    ends = np.append(starts[1:], len(sizes))
    for first in range(0, n_labellings, _AT_ONCE):
        last = min(first + _AT_ONCE, n_labellings)
        rows = slice(starts[first], ends[last - 1])
        both = _pairs((members[rows] @ members.T).astype(np.float64))
        both = np.add.reduceat(both, starts, axis=1)
        together[first:last] = np.add.reduceat(both, starts[first:last] - starts[first], axis=0)
    expected = np.outer(within, within) / max(_pairs(n_images), 1)
    largest = (within[:, None] + within[None, :]) / 2
    possible = largest - expected
    defined = possible > 0
    return np.where(defined, (together - expected) / np.where(defined, possible, 1), 0.0)


def _sampled(labellings: np.ndarray, random_state: int) -> np.ndarray:
    n_images = labellings.shape[1]
    if n_images <= SAMPLE:
        return labellings
    rng = np.random.default_rng(random_state)
    return labellings[:, np.sort(rng.choice(n_images, SAMPLE, replace=False))]


def _memberships(labellings: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which images each group of each labelling holds (groups, N), the groups' sizes, and
    where each labelling's groups start."""
    held, starts = [], []
    for labels in labellings:
        starts.append(len(held))
        held += [labels == group for group in np.unique(labels)]
    members = np.array(held, dtype=np.float32)  # counts up to SAMPLE are exact in float32
    return members, members.sum(1).astype(np.float64), np.array(starts)


def _pairs(count):
    return count * (count - 1) / 2
