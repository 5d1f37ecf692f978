"""What the number of groups is sought in: the main components of some latents."""

import numpy as np

MAX_IMAGES = 1500
MAX_COMPONENTS = 50


def main_components(latents: np.ndarray, random_state: int) -> np.ndarray:
    """Return the principal components of at most MAX_IMAGES images, drawn at random.

    Parameters
    ----------
    latents : ndarray of float32, shape (N, D)
        May be memory-mapped.
    random_state : int

    Returns
    -------
    ndarray of float64, shape (n, d)
        d is at most MAX_COMPONENTS; their axes are those of the gap statistic's reference box.
    """
    from sklearn.decomposition import PCA

    order = np.random.default_rng(random_state).permutation(len(latents))
    sample = latents[np.sort(order[:MAX_IMAGES])].astype(np.float64)
    n_components = min(MAX_COMPONENTS, *sample.shape)
    return PCA(n_components, random_state=random_state).fit_transform(sample)
