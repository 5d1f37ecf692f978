"""Some images, drawn at random, where to look at all of them takes too long."""

import numpy as np


def sample_of(n_images: int, size: int, seed: int = 0) -> np.ndarray:
    """Return the sorted indices of `size` images, drawn at random; all if there are fewer."""
    order = np.random.default_rng(seed).permutation(n_images)
    return np.sort(order[:size])
