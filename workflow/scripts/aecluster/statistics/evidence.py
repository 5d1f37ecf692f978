"""How sure the accuracy of each configuration is, and how far it is from chance."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from aecluster.clusterings.file import load_clusters
from aecluster.consensus.file import load_consensus
from aecluster.metrics.accuracy import accuracy
from aecluster.scoring.consensus_row import CONSENSUS
from aecluster.scoring.matchings import joint_matching
from aecluster.scoring.split import public_mask
from aecluster.statistics.bootstrap import accuracy_intervals
from aecluster.statistics.null import null_accuracies, p_of_null

ALL_SEEDS = {**CONSENSUS, "reduction": "votes of all seeds"}
COLUMNS = [
    "model",
    "reduction",
    "clustering",
    "n",
    "accuracy",
    "accuracy_public",
    "accuracy_private",
    "accuracy_low",
    "accuracy_high",
    "null_level",
    "p_null",
    "chance",
    "matching",
]


def evidence_table(
    labels: np.ndarray, split: dict, labellings: Iterable[tuple[tuple[str, str, str], np.ndarray]]
) -> pd.DataFrame:
    """Return one row a configuration, and one for the consensus of each seed and of all seeds.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
    split : dict
        public (its part of the images) and seed, as in dataset.json.
    labellings : iterable of (names, clusters)
        See `read_labellings`.

    Returns
    -------
    DataFrame
        The names of the configuration, n (labellings), accuracy (mean; also of the two parts),
        accuracy_low and accuracy_high (95 % bootstrap interval over images and seeds), null_level
        (95 % of permuted labels give less, for the worst seed) and p_null (that of the worst seed:
        every seed is better than permuted labels), chance (mean), matching. No row without labels.
    """
    public = public_mask(len(labels), split["public"], split["seed"])
    if not (labels >= 0).any():
        return pd.DataFrame(columns=COLUMNS)
    rows, right, configurations = [], [], {}
    for names, clusters in labellings:
        scored = accuracy(clusters, labels, public)
        null = null_accuracies(clusters, labels)
        configurations.setdefault(names, []).append(len(right))
        right.append((scored.predicted == labels)[labels >= 0])
        rows.append(
            {
                "accuracy": scored.overall,
                "accuracy_public": scored.public,
                "accuracy_private": scored.private,
                "null_level": float(np.quantile(null, 0.95)),
                "p_null": p_of_null(scored.overall, null),
                "chance": scored.chance,
                "matching": scored.matching,
            }
        )
    of_configurations = [np.array(of_configuration) for of_configuration in configurations.values()]
    intervals = accuracy_intervals(np.array(right), of_configurations)
    table = pd.DataFrame(rows)
    merged = []
    for (model, reduction, clustering), own, (low, high) in zip(
        configurations, of_configurations, intervals, strict=True
    ):
        part = table.loc[own]
        merged.append(
            {
                **{"model": model, "reduction": reduction, "clustering": clustering},
                "n": len(own),
                **part[["accuracy", "accuracy_public", "accuracy_private", "chance"]].mean(),
                "accuracy_low": low,
                "accuracy_high": high,
                **part[["null_level", "p_null"]].max(),
                "matching": joint_matching(part["matching"]),
            }
        )
    return pd.DataFrame(merged, columns=COLUMNS)


def read_labellings(
    cells: list[list], clusters: Sequence[Path], consensus: Sequence[Path], n_images: int
) -> Iterator[tuple[tuple[str, str, str], np.ndarray]]:
    """Yield the names of the configuration and the clusters of each labelling, shape (N,).

    Parameters
    ----------
    cells : list of [model, seed, reduction, clustering]
    clusters : sequence of path
        The clusters of each cell, in the same order.
    consensus : sequence of path
        The consensus of all seeds, then that of each.
    n_images : int
    """
    for (model, _, reduction, clustering), file in zip(cells, clusters, strict=True):
        yield (model, reduction, clustering), load_clusters(file, n_images)
    of_all, *of_seeds = consensus
    for file in of_seeds:
        yield tuple(CONSENSUS.values()), load_consensus(file, n_images)[0]
    yield tuple(ALL_SEEDS.values()), load_consensus(of_all, n_images)[0]
