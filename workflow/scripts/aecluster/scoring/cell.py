"""All scores of one clustering of one data set."""

import numpy as np

from aecluster.scoring.accuracy import accuracy
from aecluster.scoring.silhouette import silhouette


def score_cell(
    embedding: np.ndarray | None, clusters: np.ndarray, labels: np.ndarray, public: np.ndarray
) -> dict[str, object]:
    """Score one cell.

    Parameters
    ----------
    embedding : ndarray of float32, shape (N, dim), or None
        None for groups that were not found in any one space: they have no silhouette.
    clusters, labels : ndarray of int64, shape (N,)
    public : ndarray of bool, shape (N,)

    Returns
    -------
    dict
        n_clusters, largest_cluster (part of images), accuracy, accuracy_public, accuracy_private,
        matching, chance, nmi, ari, silhouette. What needs labels is empty (None) without them.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    found, sizes = np.unique(clusters, return_counts=True)
    scores: dict[str, object] = {
        "n_clusters": int((found >= 0).sum()),
        "largest_cluster": float(sizes.max() / len(clusters)),
        "silhouette": np.nan if embedding is None else silhouette(embedding, clusters),
    }
    labelled = labels >= 0
    if labelled.any():
        scored = accuracy(clusters, labels, public)
        scores |= {
            "accuracy": scored.overall,
            "accuracy_public": scored.public,
            "accuracy_private": scored.private,
            "matching": scored.matching,
            "chance": scored.chance,
            "nmi": float(normalized_mutual_info_score(labels[labelled], clusters[labelled])),
            "ari": float(adjusted_rand_score(labels[labelled], clusters[labelled])),
        }
    return scores
