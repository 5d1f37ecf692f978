"""What speaks for each number of groups, from the latents alone."""

import numpy as np
import pandas as pd

from aecluster.n_clusters.features import main_components, sampled
from aecluster.n_clusters.gap import gap_statistic
from aecluster.n_clusters.groups import k_means
from aecluster.n_clusters.stability import stability
from aecluster.scoring.silhouette import silhouette

MAX_K = 15
IMAGES_PER_GROUP = 5


def numbers_tried(n_images: int, n_different: int) -> list[int]:
    """Return 1, 2, ... up to 15, or fewer where groups would hold less than five images, or less
    than one that is different."""
    most = min(MAX_K, n_images // IMAGES_PER_GROUP, n_different)
    return list(range(1, max(2, most) + 1))


def curves(latents: np.ndarray, random_state: int, equal: np.ndarray) -> pd.DataFrame:
    """Return silhouette, gap statistic and stability of k-means for each number of groups.

    Parameters
    ----------
    latents : ndarray of float32, shape (N, D)
    random_state : int
        Of the sample of images, k-means, the references and the pairs of samples.
    equal : ndarray of int64, shape (N,)
        The first image that each is equal to, see `aecluster.sources.equal.first_equal`.

    Returns
    -------
    DataFrame
        Columns k, silhouette, gap, gap_se, stability; the first row is k = 1, of which only the
        gap statistic can speak.
    """
    images = sampled(len(latents), random_state)
    features = main_components(latents[images], random_state)
    ks = numbers_tried(len(images), len(np.unique(equal[images])))
    gap, gap_se = gap_statistic(features, ks, random_state)
    table = pd.DataFrame({"k": ks, "silhouette": np.nan, "gap": gap, "gap_se": gap_se})
    table["stability"] = np.nan
    for row, k in enumerate(ks[1:], start=1):
        groups = k_means(features, k, random_state).labels_
        table.loc[row, "silhouette"] = silhouette(features, groups)
        table.loc[row, "stability"] = stability(features, k, random_state)
    return table


def mean_curves(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean of the curves of several models and seeds, with the same columns."""
    return pd.concat(tables).groupby("k", as_index=False).mean()
