"""How near each image is to the middle of its group."""

import numpy as np

from aecluster.properties.neighbours import unit_length
from aecluster.properties.table import ranked


def typicality(latents: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Rank the images of each group by their mean cosine to all images of it.

    Parameters
    ----------
    latents : ndarray of float32, shape (N, D)
    labels : ndarray of int64, shape (N,)
        -1 for an image in no group.

    Returns
    -------
    ndarray of float64, shape (N,)
        0 to 1 for the most typical of its group; 0 for an image in no group.
    """
    typical = np.zeros(len(labels))
    for group in np.unique(labels[labels >= 0]):
        own = np.flatnonzero(labels == group)
        unit = unit_length(latents[own])
        # the mean of the cosines to all is the product with the mean of all
        typical[own] = ranked(unit @ unit.mean(0)) if len(own) > 1 else 1
    return typical
