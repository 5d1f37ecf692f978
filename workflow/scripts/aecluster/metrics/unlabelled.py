"""Metrics of groups, and of what made them, that need no labels."""

import numpy as np

from aecluster.metrics.metric import Grouping, Metric
from aecluster.metrics.silhouette import silhouette


def _silhouette(grouping: Grouping) -> float:
    if grouping.embedding is None:
        return np.nan
    return silhouette(grouping.embedding, grouping.clusters)


def _largest_cluster(grouping: Grouping) -> float:
    _, sizes = np.unique(grouping.clusters, return_counts=True)
    return float(sizes.max() / len(grouping.clusters))


RECONSTRUCTION = Metric("reconstruction_mse", "reconstruction MSE", digits=5)
SILHOUETTE = Metric("silhouette", "silhouette", _silhouette)
LARGEST_CLUSTER = Metric("largest_cluster", "largest cluster", _largest_cluster, in_tables=False)
# Times differ from run to run: summary.md, which is the same bytes each time, leaves them out.
SECONDS = Metric("seconds", "seconds", digits=1, in_tables=False)
