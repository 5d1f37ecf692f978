"""Silhouette and stability of each number of groups, from the space that is clustered alone."""

import numpy as np
import pandas as pd

from aecluster.metrics.silhouette import silhouette
from aecluster.sampling import sample_of

MAX_K = 15
IMAGES_PER_GROUP = 5
MAX_IMAGES = 1500
MAX_COMPONENTS = 50
N_PAIRS = 5
SHARE = 0.8


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
    groups = [_k_means(components, k, random_state).labels_ for k in ks]
    table = pd.DataFrame(
        {
            "k": ks,
            "silhouette": [silhouette(components, of_k) for of_k in groups],
            "stability": [stability(components, k, random_state) for k in ks],
        }
    )
    return table.assign(score=(table["silhouette"] + table["stability"]) / 2)


def sampled(n_images: int, random_state: int) -> np.ndarray:
    """Return the sorted indices of at most MAX_IMAGES images, drawn at random."""
    return sample_of(n_images, MAX_IMAGES, random_state)


def main_components(latents: np.ndarray, random_state: int) -> np.ndarray:
    """Return the principal components of latents (n, D), in which groups are sought.

    Returns
    -------
    ndarray of float64, shape (n, d)
        d is at most MAX_COMPONENTS.
    """
    from sklearn.decomposition import PCA

    n_components = min(MAX_COMPONENTS, *latents.shape)
    return PCA(n_components, random_state=random_state).fit_transform(latents.astype(np.float64))


def stability(features: np.ndarray, k: int, random_state: int, n_pairs: int = N_PAIRS) -> float:
    """Return the mean adjusted Rand index of groups found in pairs of samples.

    Whether the same groups come again from another sample (Ben-Hur, Elisseeff and Guyon 2002).

    Parameters
    ----------
    features : ndarray, shape (n, d)
    k : int
    random_state : int
    n_pairs : int
        Of samples of 80 % of the images, compared on the images that are in both.
    """
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng([random_state, k])
    scores = []
    for _ in range(n_pairs):
        one, other = (_sampled_groups(features, k, rng) for _ in range(2))
        both = (one >= 0) & (other >= 0)
        scores.append(adjusted_rand_score(one[both], other[both]))
    return float(np.mean(scores))


def _sampled_groups(features: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Return the group of each image, -1 for those that are not in the sample."""
    sample = rng.permutation(len(features))[: max(k, round(SHARE * len(features)))]
    groups = np.full(len(features), -1)
    groups[sample] = _k_means(features[sample], k, int(rng.integers(2**31))).labels_
    return groups


def _k_means(features: np.ndarray, k: int, random_state: int):
    """Return a fitted sklearn.cluster.KMeans, the best of three starts."""
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=3, random_state=random_state).fit(features)
