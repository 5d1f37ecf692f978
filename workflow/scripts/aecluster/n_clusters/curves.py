"""What speaks for each number of groups, from the latents alone."""

import numpy as np
import pandas as pd

from aecluster.n_clusters.features import main_components
from aecluster.n_clusters.gap import gap_statistic
from aecluster.n_clusters.groups import k_means
from aecluster.n_clusters.stability import stability
from aecluster.scoring.silhouette import silhouette

MAX_K = 15
IMAGES_PER_GROUP = 5


def numbers_tried(n_images: int) -> list[int]:
    """Return 1, 2, ... up to 15, or fewer where groups would hold less than five images."""
    return list(range(1, max(2, min(MAX_K, n_images // IMAGES_PER_GROUP)) + 1))


def curves(latents: np.ndarray, random_state: int) -> pd.DataFrame:
    """Return silhouette, gap statistic and stability of k-means for each number of groups.

    Parameters
    ----------
    latents : ndarray of float32, shape (N, D)
    random_state : int
        Of the sample of images, k-means, the references and the pairs of samples.

    Returns
    -------
    DataFrame
        Columns k, silhouette, gap, gap_se, stability; the first row is k = 1, of which only the
        gap statistic can speak.
    """
    features = main_components(latents, random_state)
    ks = numbers_tried(len(features))
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
