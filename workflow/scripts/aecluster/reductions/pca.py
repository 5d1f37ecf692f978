"""Principal component analysis (Pearson 1901; scikit-learn)."""

import numpy as np

from aecluster.reductions.blocked_pca import BlockedPCA, above_rounding
from aecluster.reductions.limits import check_dim

LARGE = 80_000
APPROXIMATION = ""  # exact, in blocks
ONE_OF = {"svd_solver": ("auto", "full", "covariance_eigh", "arpack", "randomized")}


def check(*, n_samples: int, n_features: int | None, dim: int, **params) -> None:
    """Refuse dimensions that the input does not have."""
    check_dim(dim, n_samples, n_features)


def make(dim, random_state, whiten=False, standardize=False, svd_solver="auto"):
    """Return a PCA to `dim` dimensions.

    Parameters
    ----------
    dim, random_state : int
    whiten : bool
        Scale every component to unit variance, but for those of rounding errors alone: these are 0.
    standardize : bool
        Scale every input feature to zero mean and unit variance first.
    svd_solver : str
        As in sklearn.decomposition.PCA.
    """
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    pca = PCA(dim, whiten=whiten, svd_solver=svd_solver, random_state=random_state)
    steps = make_pipeline(StandardScaler(), pca) if standardize else pca
    return _Whitened(steps, pca) if whiten else steps


class _Whitened:
    """Steps that end with a whitening PCA; see `above_rounding`.

    Where float32 cannot tell small components from rounding errors, float64 does.
    """

    def __init__(self, steps, pca):
        self._steps = steps
        self._pca = pca

    def fit_transform(self, features):
        embedding = self._steps.fit_transform(features)
        if not above_rounding(self._pca.explained_variance_).all():
            embedding = self._steps.fit_transform(features.astype(np.float64))
            embedding[:, ~above_rounding(self._pca.explained_variance_)] = 0
        return embedding


def make_large(dim, random_state, whiten=False, standardize=False, svd_solver="auto"):
    """Return the PCA of more than LARGE images; it is exact, so that `svd_solver` has no say."""
    return BlockedPCA(dim, whiten, standardize)
