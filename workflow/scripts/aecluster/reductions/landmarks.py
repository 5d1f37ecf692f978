"""An embedding of some images, into which the others are placed."""

import numpy as np

from aecluster.reductions.blocks import apply, landmarks

LANDMARKS = 20_000
_AT_ONCE = 20_000  # images that are placed; each by itself, as the landmarks stay where they are


class LandmarkEmbedding:
    """Embed landmarks, drawn at random, and place all other images by the method's own transform.

    Parameters
    ----------
    estimator
        `fit(X)` gives what has `transform(X)`, as those of openTSNE and umap-learn.
    dim, random_state : int
    """

    def __init__(self, estimator, dim: int, random_state: int):
        self.estimator = estimator
        self.dim = dim
        self.random_state = random_state

    def fit_transform(self, features: np.ndarray) -> np.ndarray:
        """Embed features (n, d), which may be memory-mapped; return float32 (n, dim)."""
        chosen = landmarks(len(features), LANDMARKS, self.random_state)
        fitted = self.estimator.fit(np.array(features[chosen]))
        return apply(fitted.transform, features, self.dim, _AT_ONCE)
