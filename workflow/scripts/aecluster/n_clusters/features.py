"""What the number of groups is sought in: the main components of some images."""

import numpy as np

MAX_IMAGES = 1500
MAX_COMPONENTS = 50


def sampled(n_images: int, random_state: int) -> np.ndarray:
    """Return the sorted indices of at most MAX_IMAGES images, drawn at random."""
    order = np.random.default_rng(random_state).permutation(n_images)
    return np.sort(order[:MAX_IMAGES])


def main_components(latents: np.ndarray, random_state: int) -> np.ndarray:
    """Return the principal components of latents (n, D).

    Returns
    -------
    ndarray of float64, shape (n, d)
        d is at most MAX_COMPONENTS.
    """
    from sklearn.decomposition import PCA

    n_components = min(MAX_COMPONENTS, *latents.shape)
    return PCA(n_components, random_state=random_state).fit_transform(latents.astype(np.float64))
