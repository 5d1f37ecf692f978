"""Uniform manifold approximation and projection (McInnes, Healy and Melville 2018; umap-learn)."""

from aecluster.errors import InputError
from aecluster.jobs.compiled import keep_compiled
from aecluster.reductions.landmarks import LANDMARKS, LandmarkEmbedding
from aecluster.reductions.limits import check_dim

LARGE = 80_000
ONE_OF = {
    "metric": (
        "euclidean",
        "manhattan",
        "chebyshev",
        "minkowski",
        "canberra",
        "braycurtis",
        "cosine",
        "correlation",
    ),
}
AT_LEAST = {"n_neighbors": 2, "min_dist": 0.0}
APPROXIMATION = f"UMAP of {LANDMARKS:,} landmarks, the others placed"


def check(*, n_samples: int, n_features: int | None, dim: int, n_neighbors=15, **params) -> None:
    """Refuse dimensions the input lacks, too few images for the neighbours."""
    check_dim(dim, n_samples, n_features)
    if n_neighbors >= n_samples:
        raise InputError(
            f"params.n_neighbors is {n_neighbors}, but there are only {n_samples} images; lower it."
        )


def make(dim, random_state, n_neighbors=15, min_dist=0.1, metric="euclidean"):
    """Return a UMAP to `dim` dimensions; parameters as in umap.UMAP. Seeded, so one thread."""
    from umap import UMAP

    keep_compiled("umap", "pynndescent")
    return UMAP(
        n_neighbors=n_neighbors,
        n_components=dim,
        min_dist=min_dist,
        metric=metric,
        random_state=random_state,
        n_jobs=1,
    )


def make_large(dim, random_state, **params):
    """Return a UMAP of more than LARGE images."""
    return LandmarkEmbedding(make(dim, random_state, **params), dim, random_state)
