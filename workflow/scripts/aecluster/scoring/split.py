"""The public and the private part of a data set."""

import numpy as np


def public_mask(n_images: int, public: float = 0.5, seed: int = 0) -> np.ndarray:
    """Tell which images are public.

    Parameters
    ----------
    n_images : int
    public : float
        Share of public images, 0 to 1.
    seed : int
        The same for all methods, so that all are compared on the same images.

    Returns
    -------
    ndarray of bool, shape (n_images,)
        True for `round(public * n_images)` images, drawn at random.

    Examples
    --------
    >>> int(public_mask(10, public=0.3).sum())
    3
    """
    mask = np.zeros(n_images, bool)
    order = np.random.default_rng(seed).permutation(n_images)
    mask[order[: round(public * n_images)]] = True
    return mask
