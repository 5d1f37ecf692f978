"""One space for all models, so that labellings of different latents can be compared in it.

Indices such as the silhouette compare labellings of the same points, and each configuration has
its own space. The common one is that of a multiple factor analysis (Escofier and Pages 1994,
Comput. Stat. Data Anal. 18:121): the latents of every model and seed, standardised and divided by
their first singular value, so that none outweighs the others, side by side, then principal
components.
"""

from collections.abc import Iterable

import numpy as np
from scipy.linalg import eigh

DIMENSIONS = 20


def common_space(latents: Iterable[np.ndarray], dimensions: int = DIMENSIONS) -> np.ndarray:
    """Return the coordinates of images in the common space of several latents.

    Parameters
    ----------
    latents : iterable of ndarray, shape (n, D)
        Of one model and seed each, of the same images.
    dimensions : int
        At most; n - 1 is the other limit.

    Returns
    -------
    ndarray of float64, shape (n, dimensions)
    """
    products = sum(_products(block) for block in latents)
    n = len(products)
    kept = max(1, min(dimensions, n - 1))
    values, vectors = eigh(products, subset_by_index=[n - kept, n - 1])
    return (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1]


def _products(latents: np.ndarray) -> np.ndarray:
    """Return the scalar products of the images (n, n); the largest eigenvalue is 1."""
    centred = latents.astype(np.float64) - latents.mean(0, dtype=np.float64)
    spread = centred.std(0)
    standard = centred[:, spread > 0] / spread[spread > 0]
    if not standard.size:
        return np.zeros((len(latents),) * 2)
    products = standard @ standard.T
    smaller = products if len(products) <= standard.shape[1] else standard.T @ standard
    last = len(smaller) - 1
    return products / eigh(smaller, eigvals_only=True, subset_by_index=[last, last])[0]
