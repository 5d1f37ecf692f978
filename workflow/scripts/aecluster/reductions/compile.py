"""Compile what numba compiles for t-SNE and UMAP, so that no run has to wait for it.

python -m aecluster.reductions.compile

It takes less than a minute, and is kept for the processor of this machine (see `jobs.compiled`).
"""

import numpy as np
from pynndescent import NNDescent
from scipy.sparse import csr_matrix

from aecluster.reductions import gradient, umap


def compile_all() -> None:
    """Reduce a few points."""
    points = np.random.default_rng(0).random((60, 8), np.float32)
    near = csr_matrix(np.eye(60))  # as openTSNE has them
    gradient.all_pairs(points[:, :2].astype(np.float64), near, dof=1)
    umap.make(dim=2, random_state=0).fit_transform(points)
    for metric in ("euclidean", "cosine"):  # what UMAP and the search for neighbours do with many
        NNDescent(points, metric=metric, n_neighbors=15, random_state=0, n_jobs=1)


if __name__ == "__main__":
    compile_all()
