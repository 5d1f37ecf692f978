"""Where the cluster centres of DEC and IDEC begin, by the name they have in the config."""

from collections.abc import Collection

import numpy as np

from aecluster.clusterings import gmm, kmeans
from aecluster.clusterings.run import cluster
from aecluster.errors import InputError
from aecluster.methods import name_of
from aecluster.reductions import umap
from aecluster.reductions.run import reduce


def by_k_means(latents: np.ndarray, n_clusters: int, seed: int, **_) -> np.ndarray:
    """Return the centres of k-means of latents (n, D), as DEC's paper does: (n_clusters, D)."""
    return _means(latents, cluster(latents, name_of(kmeans), n_clusters, {"n_init": 20}, seed))


def by_manifold(
    latents: np.ndarray, n_clusters: int, seed: int, n_neighbors: int = 20
) -> np.ndarray:
    """Return the means of the groups that N2D finds in latents (n, D): (n_clusters, D).

    A Gaussian mixture of a UMAP to as many dimensions as clusters (McConville et al. 2020, ICPR,
    with 20 neighbours; of few images more of them keep a group in one piece). The groups may have
    any shape; only their means are kept.
    """
    dim = min(n_clusters, latents.shape[1])
    params = {"n_neighbors": n_neighbors, "min_dist": 0.0}
    manifold = reduce(latents, name_of(umap), dim, params, seed)
    return _means(latents, cluster(manifold, name_of(gmm), n_clusters, {"n_init": 30}, seed))


FIRST_CENTRES = {"kmeans": by_k_means, "manifold": by_manifold}


def check(centres: str, given: Collection[str] = ()) -> None:
    """Refuse another name, and neighbours where there is no manifold.

    `given` are the names of the params in the config.

    Raises
    ------
    InputError
    """
    if centres not in FIRST_CENTRES:
        names = ", ".join(FIRST_CENTRES)
        raise InputError(f"params.centres is {centres}, but must be one of {names}.")
    if centres != "manifold" and "n_neighbors" in given:
        raise InputError(
            "params.n_neighbors applies only to `centres: manifold`, but centres is "
            f"{centres}; remove it."
        )


def _means(latents: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    return np.stack([latents[clusters == group].mean(0) for group in np.unique(clusters)])
