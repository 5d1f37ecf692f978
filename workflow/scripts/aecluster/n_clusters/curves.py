"""What speaks for each number of groups, from the space that is clustered alone."""

import numpy as np
import pandas as pd

from aecluster.metrics.silhouette import silhouette
from aecluster.n_clusters.features import main_components, sampled
from aecluster.n_clusters.groups import k_means
from aecluster.n_clusters.stability import stability

MAX_K = 15
IMAGES_PER_GROUP = 5


def numbers_tried(n_images: int, n_different: int) -> list[int]:
    """Return 2, 3, ... up to 15, or fewer where groups would hold less than five images, or less
    than one that is different; 2 in any case."""
    most = min(MAX_K, n_images // IMAGES_PER_GROUP, n_different)
    return list(range(2, max(2, most) + 1))


def curves(features: np.ndarray, random_state: int, equal: np.ndarray) -> pd.DataFrame:
    """Return silhouette and stability of k-means for each number of groups.

    Parameters
    ----------
    features : ndarray of float32, shape (N, D)
        An embedding or latents, whichever is clustered.
    random_state : int
        Of the sample of images, k-means and the pairs of samples.
    equal : ndarray of int64, shape (N,)
        The first image that each is equal to, see `aecluster.sources.equal.first_equal`.

    Returns
    -------
    DataFrame
        Columns k, silhouette, stability and score, the mean of the two.
    """
    images = sampled(len(features), random_state)
    components = main_components(features[images], random_state)
    ks = numbers_tried(len(images), len(np.unique(equal[images])))
    groups = [k_means(components, k, random_state).labels_ for k in ks]
    table = pd.DataFrame(
        {
            "k": ks,
            "silhouette": [silhouette(components, of_k) for of_k in groups],
            "stability": [stability(components, k, random_state) for k in ks],
        }
    )
    return table.assign(score=(table["silhouette"] + table["stability"]) / 2)


def mean_curves(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean of the curves of several models and seeds, with the same columns."""
    return pd.concat(tables).groupby("k", as_index=False).mean()
