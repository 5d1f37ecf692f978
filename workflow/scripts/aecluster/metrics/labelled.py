"""Metrics that compare groups with labels, in the order of columns and tables."""

from aecluster.metrics.metric import Grouping, Metric


def _nmi(grouping: Grouping) -> float:
    from sklearn.metrics import normalized_mutual_info_score

    known = grouping.labelled
    return float(normalized_mutual_info_score(grouping.labels[known], grouping.clusters[known]))


def _ari(grouping: Grouping) -> float:
    from sklearn.metrics import adjusted_rand_score

    known = grouping.labelled
    return float(adjusted_rand_score(grouping.labels[known], grouping.clusters[known]))


METRICS = (
    Metric("accuracy", "accuracy", lambda g: g.matched.overall, needs_labels=True),
    Metric("accuracy_public", "public", lambda g: g.matched.public, needs_labels=True),
    Metric("accuracy_private", "private", lambda g: g.matched.private, needs_labels=True),
    Metric("chance", "chance", lambda g: g.matched.chance, needs_labels=True),
    Metric("nmi", "NMI", _nmi, needs_labels=True),
    Metric("ari", "ARI", _ari, needs_labels=True),
)
