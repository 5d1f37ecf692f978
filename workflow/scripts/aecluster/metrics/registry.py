"""All metrics, in the order of columns and tables: what needs labels stands in `labelled`, other
scores of groups in `unlabelled`, and here what was measured while they were made."""

import numpy as np

from aecluster.metrics import labelled, unlabelled
from aecluster.metrics.metric import Grouping, Metric

_RECONSTRUCTION = Metric("reconstruction_mse", "reconstruction MSE", digits=5)
# Times differ from run to run: summary.md, which is the same bytes each time, leaves them out.
_SECONDS = Metric("seconds", "seconds", digits=1, in_tables=False)
METRICS = {
    metric.name: metric
    for metric in (_RECONSTRUCTION, *labelled.METRICS, *unlabelled.METRICS, _SECONDS)
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
