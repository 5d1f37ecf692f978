"""Principal components of more images than fit in memory: exact, by the covariance of blocks."""

from collections.abc import Iterable

import numpy as np

from aecluster.reductions.blocks import apply, in_blocks, standard

_ROUNDING = 100  # times the precision of the largest variance: what others may be wrong by


class BlockedPCA:
    """PCA to `dim` dimensions as of sklearn.decomposition.PCA, to rounding.

    Parameters
    ----------
    dim : int
    whiten, standardize : bool
        As in `reductions.pca.make`.
    """

    def __init__(self, dim: int, whiten: bool = False, standardize: bool = False):
        self.dim = dim
        self.whiten = whiten
        self.standardize = standardize

    def fit_transform(self, features: np.ndarray) -> np.ndarray:
        """Reduce features (n, d), which may be memory-mapped; return float32 (n, dim)."""
        scale = standard(features) if self.standardize else _as_it_is
        mean, axes, variances = principal_axes(map(scale, in_blocks(features)), self.dim)
        if self.whiten:
            real = above_rounding(variances)
            axes = np.where(real, axes / np.sqrt(np.where(real, variances, 1)), 0)
        return apply(lambda block: (scale(block) - mean) @ axes, features, self.dim)


def principal_axes(
    blocks: Iterable[np.ndarray], dim: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean (d,), axes (d, dim) and variances (dim,) of rows that come in blocks (n, d).

    The largest entry of each axis is positive, as scikit-learn has it.
    """
    n, shift = 0, None
    for block in blocks:
        if shift is None:
            shift = block.mean(0, dtype=np.float64)  # near the mean, so that little cancels
            total, products = np.zeros_like(shift), np.zeros((len(shift),) * 2)
        rows = block - shift
        n += len(rows)
        total += rows.sum(0)
        products += rows.T @ rows
    mean = total / n
    covariance = (products - n * np.outer(mean, mean)) / (n - 1)
    variances, axes = np.linalg.eigh(covariance)
    variances, axes = variances[::-1][:dim], axes[:, ::-1][:, :dim]
    largest = axes[np.abs(axes).argmax(0), np.arange(dim)]
    return shift + mean, axes * np.sign(largest), np.maximum(variances, 0)


def above_rounding(variances: np.ndarray) -> np.ndarray:
    """Return which principal components hold more than rounding errors, bool (dim,).

    Whitening would make those errors as large as what sets images apart: copies of a few images
    would lie far from each other.

    Parameters
    ----------
    variances : ndarray, shape (dim,)
        The largest first, in the precision in which they were computed.
    """
    return variances > _ROUNDING * np.finfo(variances.dtype).eps * variances[0]


def _as_it_is(block: np.ndarray) -> np.ndarray:
    return block
