"""Arrays of features that are gone through in blocks, so that they need not fit in memory."""

from collections.abc import Callable, Iterator

import numpy as np

IMAGES = 10_000  # in a block


def in_blocks(features: np.ndarray, step: int = IMAGES) -> Iterator[np.ndarray]:
    """Give the rows of an array (N, D), which may be memory-mapped, `step` at a time, in memory."""
    for start in range(0, len(features), step):
        yield np.array(features[start : start + step])


def apply(
    function: Callable[[np.ndarray], np.ndarray], features: np.ndarray, dim: int, step: int = IMAGES
) -> np.ndarray:
    """Return what a function makes of each block, float32 (N, dim)."""
    result = np.empty((len(features), dim), np.float32)
    start = 0
    for block in in_blocks(features, step):
        result[start : start + len(block)] = function(block)
        start += len(block)
    return result


def landmarks(n_images: int, n_landmarks: int, random_state: int) -> np.ndarray:
    """Return the sorted indices of so many images, drawn at random: they stand for all."""
    rng = np.random.default_rng(random_state)
    return np.sort(rng.choice(n_images, min(n_landmarks, n_images), replace=False))


def standard(features: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return what scales a block so that every feature has mean 0 and variance 1 over all rows."""
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler()
    for block in in_blocks(features):
        scaler.partial_fit(block)
    return scaler.transform
