"""All metrics, in the order of columns and tables. A new one is a `Metric` and a line here."""

import numpy as np

from aecluster.metrics.labelled import ACCURACY, ARI, CHANCE, NMI, PRIVATE, PUBLIC
from aecluster.metrics.metric import Grouping
from aecluster.metrics.unlabelled import LARGEST_CLUSTER, RECONSTRUCTION, SECONDS, SILHOUETTE

METRICS = {
    metric.name: metric
    for metric in (
        RECONSTRUCTION,
        ACCURACY,
        PUBLIC,
        PRIVATE,
        CHANCE,
        NMI,
        ARI,
        SILHOUETTE,
        LARGEST_CLUSTER,
        SECONDS,
    )
}


def compute_metrics(
    embedding: np.ndarray | None, clusters: np.ndarray, labels: np.ndarray, public: np.ndarray
) -> dict[str, object]:
    """Compute every metric of one clustering.

    Parameters
    ----------
    embedding, clusters, labels, public
        As in `metric.Grouping`.

    Returns
    -------
    dict
        n_clusters, the metrics by their names and, with labels, matching ("one-to-one" or
        "many-to-one"). What needs labels is missing without them.
    """
    grouping = Grouping(embedding, clusters, labels, public)
    has_labels = bool(grouping.labelled.any())
    scores: dict[str, object] = {
        metric.name: metric.compute(grouping)
        for metric in METRICS.values()
        if metric.compute and (has_labels or not metric.needs_labels)
    }
    scores["n_clusters"] = int((np.unique(clusters) >= 0).sum())
    if has_labels:
        scores["matching"] = grouping.matched.matching
    return scores


def digits(name: str) -> int:
    """Return how many digits a column is shown with."""
    return METRICS[name].digits if name in METRICS else 3
