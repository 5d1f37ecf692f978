"""Metrics of groups that need no labels, in the order of columns and tables."""

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


METRICS = (
    Metric("silhouette", "silhouette", _silhouette),
    Metric("largest_cluster", "largest cluster", _largest_cluster, in_tables=False),
)
