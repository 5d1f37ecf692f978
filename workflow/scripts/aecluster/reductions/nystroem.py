"""Kernel PCA of many images by the Nystroem method (Williams and Seeger 2001).

A kernel PCA of landmarks, drawn at random (Drineas and Mahoney 2005, J. Mach. Learn. Res. 6:2153),
gives coordinates in which the scalar products of all images are those of a Gram matrix of low rank;
a PCA of these coordinates is the kernel PCA of all images with that matrix in place of theirs.
"""

import numpy as np

from aecluster.reductions.blocked_pca import principal_axes
from aecluster.reductions.blocks import apply, in_blocks, landmarks, standard

LANDMARKS = 2_000
_RANK = 200  # at least
_LEAST = 1e-10  # of the first eigenvalue; what is less is noise of the arithmetic


class NystroemPCA:
    """Kernel PCA to `dim` dimensions, below LANDMARKS; parameters as in `kernel_pca.make`."""

    def __init__(self, dim, random_state, kernel="rbf", gamma=None, standardize=True):
        self.dim = dim
        self.random_state = random_state
        self.kernel = kernel
        self.gamma = gamma
        self.standardize = standardize

    def fit_transform(self, features: np.ndarray) -> np.ndarray:
        """Reduce features (n, d), which may be memory-mapped; return float32 (n, dim)."""
        chosen = np.array(features[landmarks(len(features), LANDMARKS, self.random_state)])
        scale = standard(features) if self.standardize else np.asarray
        of_landmarks = self._kernel_pca(scale(chosen))

        def coordinates(block):
            return of_landmarks.transform(scale(block).astype(np.float64))

        mean, axes, _ = principal_axes(map(coordinates, in_blocks(features)), self.dim)
        return apply(lambda block: (coordinates(block) - mean) @ axes, features, self.dim)

    def _kernel_pca(self, chosen: np.ndarray):
        """Return the kernel PCA of the landmarks, to more dimensions than are wanted: what is the
        main spread of the landmarks is not quite that of all images."""
        from sklearn.decomposition import KernelPCA

        kernel_pca = KernelPCA(
            min(max(2 * self.dim, _RANK), len(chosen) - 1),
            kernel=self.kernel,
            gamma=self.gamma,
            eigen_solver="dense",
            n_jobs=1,
        ).fit(chosen.astype(np.float64))
        values = kernel_pca.eigenvalues_
        values[values < _LEAST * values.max()] = 0  # scikit-learn leaves those directions out
        return kernel_pca
