"""t-distributed stochastic neighbour embedding (van der Maaten and Hinton 2008; openTSNE)."""

from aecluster.errors import InputError
from aecluster.reductions.limits import check_dim

_EXACT_NEIGHBORS = 15_000  # images up to which comparing all is faster than an index
_INTERPOLATION = 2_000  # images from which on the early phase is faster on a grid


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
    neighbors="auto",
    initialization="pca",
    learning_rate="auto",
    early_exaggeration="auto",
    early_exaggeration_iter=150,
    exaggeration=None,
    n_iter=350,
    momentum=0.9,
):
    """Return a t-SNE to `dim` dimensions; parameters as in openTSNE.TSNE.

    It runs on one thread, since more threads change the last bits of the result.

    Parameters
    ----------
    neighbors : str
        As in openTSNE; "auto" compares all images while that is faster than an index (15,000
        images), and is approximate beyond.
    early_exaggeration_iter, n_iter, momentum
        Fewer steps with more momentum than openTSNE's 250 + 500 with 0.8 end at the same Kullback-
        Leibler divergence: embeddings of 9,000 images differ by less than 2 %, and by less than
        0.001 in trustworthiness. The first steps have a momentum of 0.8.
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
            n_jobs=1,
            random_state=random_state,
        ),
        neighbors,
    )


class _FitTransform:
    """openTSNE's `fit` under scikit-learn's name, with the fastest method for each phase.

    While clusters are exaggerated the plane is small, and its grid of the interpolation (FIt-SNE;
    Linderman et al. 2019) too: that is some times faster than Barnes-Hut. Later it is slower,
    until there are so many images that openTSNE's "auto" takes it.
    """

    def __init__(self, tsne, neighbors):
        self.tsne = tsne
        self.neighbors = neighbors

    def fit_transform(self, features):
        """Embed features (n, d) into an array (n, dim)."""
        import numpy as np

        tsne, n = self.tsne, len(features)
        if self.neighbors != "auto":
            tsne.neighbors = self.neighbors
        elif n <= _EXACT_NEIGHBORS:
            tsne.neighbors = "exact"
        embedding = tsne.prepare_initial(features)
        embedding.optimize(
            tsne.early_exaggeration_iter,
            exaggeration=tsne.early_exaggeration,
            momentum=tsne.initial_momentum,
            negative_gradient_method="fft" if n > _INTERPOLATION else "auto",
            inplace=True,
        )
        embedding.optimize(
            tsne.n_iter,
            exaggeration=tsne.exaggeration,
            momentum=tsne.final_momentum,
            inplace=True,
        )
        return np.asarray(embedding)
