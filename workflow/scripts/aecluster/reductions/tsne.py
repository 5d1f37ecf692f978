"""t-distributed stochastic neighbour embedding (van der Maaten and Hinton 2008; openTSNE)."""

from aecluster.errors import InputError
from aecluster.reductions.limits import check_dim


def check(*, n_samples: int, n_features: int | None, dim: int, perplexity=30.0, **params) -> None:
    """Refuse what Barnes-Hut t-SNE cannot do: more than 2 dimensions, too few images."""
    check_dim(dim, n_samples, n_features)
    if dim > 2:
        raise InputError(f"dim is {dim}, but t-SNE draws in 1 or 2 dimensions; lower dim.")
    if perplexity < 1:
        raise InputError(
            f"params.perplexity is {perplexity}, but is a number of neighbours: at least 1."
        )
    if n_samples < 4:
        raise InputError(
            f"a t-SNE of {n_samples} images says nothing; give at least 4, or use method pca."
        )
    if 3 * perplexity >= n_samples:
        raise InputError(
            f"params.perplexity is {perplexity}, too much for {n_samples} images; "
            f"set it below {n_samples / 3:.4g}."
        )


def make(
    dim,
    random_state,
    perplexity=30.0,
    metric="euclidean",
    initialization="pca",
    learning_rate="auto",
    early_exaggeration="auto",
    exaggeration=None,
    n_iter=500,
):
    """Return a t-SNE to `dim` dimensions; parameters as in openTSNE.TSNE.

    It runs on one thread, since more threads change the last bits of the result.
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
            exaggeration=exaggeration,
            n_iter=n_iter,
            n_jobs=1,
            random_state=random_state,
        )
    )


class _FitTransform:
    """openTSNE's `fit` under scikit-learn's name."""

    def __init__(self, tsne):
        self.tsne = tsne

    def fit_transform(self, features):
        """Embed features (n, d) into an array (n, dim)."""
        import numpy as np

        return np.asarray(self.tsne.fit(features))
