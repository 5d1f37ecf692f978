"""Compile what numba compiles for t-SNE and UMAP, so that no run has to wait for it.

python -m aecluster.reductions.compile

What UMAP does with more than 4,095 images is left to the first such run. This takes half a minute,
and is kept for the processor of this machine (see `jobs.compiled`).
"""

import numpy as np
from scipy.sparse import csr_matrix

from aecluster.reductions import gradient, umap


def compile_all() -> None:
    """Reduce a few points."""
    points = np.random.default_rng(0).random((60, 8), np.float32)
    near = csr_matrix(np.eye(60))  # as openTSNE has them
    gradient.all_pairs(points[:, :2].astype(np.float64), near, dof=1)
    umap.make(dim=2, random_state=0).fit_transform(points)


if __name__ == "__main__":
    compile_all()
