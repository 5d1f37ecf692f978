"""Kernel principal component analysis (Schölkopf, Smola and Müller 1998; scikit-learn)."""

from aecluster.errors import InputError
from aecluster.reductions.nystroem import LANDMARKS, NystroemPCA

# The Gram matrix of n images takes 8 n^2 bytes, and centring it a copy: 20,000 images, 6.4 GB.
LARGE = 20_000
SQUARE_MATRICES = 3
ONE_OF = {
    "kernel": ("linear", "poly", "rbf", "sigmoid", "cosine"),
    "eigen_solver": ("krylov", "randomized", "dense", "arpack", "auto"),
}
AT_LEAST = {"gamma": 0.0}
APPROXIMATION = f"kernel PCA by Nystroem, {LANDMARKS:,} landmarks"


def check(*, n_samples: int, n_features: int | None, dim: int, **params) -> None:
    """Refuse more components than images, or than landmarks where these stand for the images."""
    if dim >= n_samples:
        raise InputError(
            f"dim is {dim}, but a kernel PCA of {n_samples} images gives at most "
            f"{n_samples - 1} dimensions; lower dim."
        )
    if params.get("kernel", "rbf") == "linear" and n_features is not None and dim > n_features:
        raise InputError(
            f"dim is {dim}, but a linear kernel PCA of {n_features} numbers gives at most "
            f"{n_features}; lower dim or take another kernel."
        )
    if n_samples > LARGE and dim >= LANDMARKS:
        raise InputError(
            f"dim is {dim}, but above {LARGE:,} images a kernel PCA is made of {LANDMARKS:,} "
            f"landmarks (Nystroem); lower dim to less, or set `limit` to at most {LARGE}."
        )


def make(
    dim,
    random_state,
    kernel="rbf",
    gamma=None,
    standardize=True,
    eigen_solver="krylov",
):
    """Return a kernel PCA to `dim` dimensions.

    Each reduction computes the Gram matrix for itself. For 9,000 images that is 1 to 2 s; to hand
    a file of 324 MB from job to job would take as long, and tie reductions to one another.

    Parameters
    ----------
    dim, random_state : int
    kernel : str
        As in sklearn.decomposition.KernelPCA.
    gamma : float or None
        Width of the rbf kernel; None is 1 / number of input features.
    standardize : bool
        Scale every input feature to zero mean and unit variance first. Without it, and with the
        default gamma, the rbf kernel of small latents is nearly linear.
    eigen_solver : str
        "krylov" (see `largest_eigenpairs`) is seeded by random_state; the others are those of
        scikit-learn. The randomized one (Halko, Martinsson and Tropp 2011) takes up to twice as
        long and is less exact.
    """
    if eigen_solver == "krylov":
        return _KrylovKernelPCA(dim, random_state, kernel, gamma, standardize)

    from sklearn.decomposition import KernelPCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    kernel_pca = KernelPCA(
        dim,
        kernel=kernel,
        gamma=gamma,
        eigen_solver=eigen_solver,
        random_state=random_state,
        n_jobs=1,
        copy_X=False,
    )
    return make_pipeline(StandardScaler(), kernel_pca) if standardize else kernel_pca


class _KrylovKernelPCA:
    """The Gram matrix of scikit-learn, centred in place, and its largest eigenpairs."""

    def __init__(self, dim, seed, kernel, gamma, standardize):
        self.dim, self.seed = dim, seed
        self.kernel, self.gamma, self.standardize = kernel, gamma, standardize

    def fit_transform(self, features):
        """Reduce features (n, d) to an array (n, dim)."""
        import numpy as np
        from sklearn.metrics.pairwise import pairwise_kernels
        from sklearn.preprocessing import StandardScaler
        from sklearn.utils.extmath import svd_flip

        from aecluster.reductions.krylov import largest_eigenpairs

        if self.standardize:
            features = StandardScaler().fit_transform(features)
        gamma = None if self.gamma is None else float(self.gamma)
        gram = pairwise_kernels(features, metric=self.kernel, filter_params=True, gamma=gamma)
        means = gram.mean(0)
        gram -= means
        gram -= (means - means.mean())[:, None]
        values, vectors = largest_eigenpairs(gram, self.dim, self.seed)
        vectors, _ = svd_flip(u=vectors, v=None)
        return vectors * np.sqrt(values.clip(0))


def make_large(
    dim, random_state, kernel="rbf", gamma=None, standardize=True, eigen_solver="krylov"
):
    """Return a kernel PCA of more than LARGE images; `eigen_solver` has no say."""
    return NystroemPCA(dim, random_state, kernel, gamma, standardize)
