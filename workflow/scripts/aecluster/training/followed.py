"""Which images are followed while a model is trained: of many, a sample that stands for all."""

import numpy as np

SAMPLE = 20_000


def followed(n_images: int) -> np.ndarray:
    """Return the sorted indices of at most SAMPLE images, drawn at random; all if there are fewer.

    They are encoded with the weights of up to ten epochs: a sample of all does for a curve.
    """
    order = np.random.default_rng(0).permutation(n_images)
    return np.sort(order[:SAMPLE])
