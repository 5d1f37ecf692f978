"""t-distributed stochastic neighbour embedding (van der Maaten and Hinton 2008; openTSNE)."""

from aecluster.errors import InputError
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
    ),
    "neighbors": ("auto", "exact", "approx", "annoy", "pynndescent"),
    "initialization": ("pca", "spectral", "random"),
}
AT_LEAST = {
    "learning_rate": 0.0,
    "early_exaggeration": 0.0,
    "early_exaggeration_iter": 0,
    "exaggeration": 0.0,
    "n_iter": 0,
    "momentum": 0.0,
}
APPROXIMATION = f"t-SNE of {LANDMARKS:,} landmarks, the others placed"
# Images up to which all pairs are faster than an index of neighbours, and from which on the early
# phase is faster on a grid.
_EXACT = 15_000
_GRID = 15_000
_UNFOLDING = 50  # steps that clusters take to unfold; more momentum would tear them


def check(*, n_samples: int, n_features: int | None, dim: int, perplexity=30.0, **params) -> None:
    """Refuse what Barnes-Hut t-SNE cannot do: more than 2 dimensions, too few images."""
    check_dim(dim, n_samples, n_features)
    if dim > 2:
        raise InputError(f"dim is {dim}, but t-SNE draws in 1 or 2 dimensions; lower dim.")
    if perplexity < 1:
        raise InputError(f"params.perplexity must be at least 1, but is {perplexity}; raise it.")
    if n_samples < 4:
        raise InputError(
            f"t-SNE needs at least 4 images, but there are {n_samples}; add images or use "
            "method pca."
        )
    if 3 * perplexity >= n_samples:
        raise InputError(
            f"params.perplexity must be below {n_samples / 3:.4g} for {n_samples} images, but is "
            f"{perplexity}; lower it."
        )


def make(
    dim,
    random_state,
    perplexity=30.0,
    metric="euclidean",
    neighbors="auto",
    initialization="pca",
    learning_rate="auto",
    early_exaggeration="auto",
    early_exaggeration_iter=150,
    exaggeration=None,
    n_iter=300,
    momentum=0.9,
):
    """Return a t-SNE to `dim` dimensions; parameters as in openTSNE.TSNE.

    It runs on one thread, since more threads change the last bits of the result.

    Parameters
    ----------
    neighbors : str
        As in openTSNE; "auto" is exact up to 15,000 images, and openTSNE's choice beyond.
    early_exaggeration_iter, n_iter, momentum
        With the repulsion of all pairs, 150 early and 300 further steps with a momentum of 0.9
        (0.8 in the first 50 and in the early phase) end at a lower Kullback-Leibler divergence
        than openTSNE's 250 and 500 with 0.8 by Barnes-Hut.
    """
    from openTSNE import TSNE

    return _FitTransform(
        TSNE(
            dim,
            perplexity=perplexity,
            metric=metric,
            initialization=initialization,
            learning_rate=learning_rate,
            early_exaggeration=early_exaggeration,
            early_exaggeration_iter=early_exaggeration_iter,
            exaggeration=exaggeration,
            n_iter=n_iter,
            final_momentum=momentum,
            neighbors=neighbors,
            n_jobs=1,
            random_state=random_state,
        )
    )


class _FitTransform:
    """openTSNE's `fit` under scikit-learn's name, with the fastest method for each phase.

    Compiled, all pairs take less time than Barnes-Hut, also for the most images that there are
    here. Only while clusters are exaggerated, and the plane is small, the grid of the interpolation
    (FIt-SNE; Linderman et al. 2019) is faster still for many images.
    """

    def __init__(self, tsne):
        self.tsne = tsne

    def fit_transform(self, features):
        """Embed features (n, d) into an array (n, dim)."""
        import numpy as np

        return np.asarray(self.fit(features))

    def fit(self, features):
        """Embed features (n, d); return openTSNE's embedding, which can place others."""
        from aecluster.reductions.gradient import all_pairs

        tsne, n = self.tsne, len(features)
        exact = tsne.neighbors == "auto" and n <= _EXACT
        affinities = _exact_affinities(tsne, features) if exact else None
        early, late = tsne.early_exaggeration_iter, tsne.n_iter
        embedding = tsne.prepare_initial(features, affinities)
        for n_iter, exaggeration, momentum, method in (
            (early, tsne.early_exaggeration, 0.8, "fft" if n > _GRID else all_pairs),
            (min(_UNFOLDING, late), tsne.exaggeration, 0.8, all_pairs),
            (max(late - _UNFOLDING, 0), tsne.exaggeration, tsne.final_momentum, all_pairs),
        ):
            embedding.optimize(
                n_iter,
                exaggeration=exaggeration,
                momentum=momentum,
                negative_gradient_method=method,
                inplace=True,
            )
        return embedding


def _exact_affinities(tsne, features):
    """Return what openTSNE makes of exact neighbours.

    Given their name, it would import PyNNDescent, just to see whether it is installed.
    """
    from openTSNE.affinity import MultiscaleMixture
    from openTSNE.nearest_neighbors import Sklearn

    nearest = Sklearn(features, k=int(3 * tsne.perplexity), metric=tsne.metric)
    return MultiscaleMixture(knn_index=nearest, perplexities=tsne.perplexity)


def make_large(dim, random_state, **params):
    """Return a t-SNE of more than LARGE images."""
    return LandmarkEmbedding(make(dim, random_state, **params), dim, random_state)
