"""How sure the accuracy of each arm is, and how far it is from chance."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from aecluster.artifacts import load_array, load_json
from aecluster.clusterings.run import load_clusters
from aecluster.consensus.run import load_consensus
from aecluster.scoring.accuracy import accuracy
from aecluster.scoring.bootstrap import accuracy_intervals
from aecluster.scoring.consensus_row import CONSENSUS
from aecluster.scoring.null import null_accuracies, p_of_null
from aecluster.scoring.split import public_mask

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
]


def evidence_table(folder: Path, cells: list[list], seeds: list[int]) -> pd.DataFrame:
    """Return one row an arm, and one for the consensus of each seed and that of all seeds.

    Parameters
    ----------
    folder : path
        Where the data set's results are.
    cells : list of [model, seed, reduction, clustering]
    seeds : list of int

    Returns
    -------
    DataFrame
        The names of the arm, n (labellings), accuracy (mean; also of the two parts), accuracy_low
        and accuracy_high (95 % bootstrap interval over images and seeds), null_level (95 % of
        permuted labels give less, for the worst seed) and p_null (that of the worst seed: every
        seed is better than permuted labels). No row without labels.
    """
    labels = load_array(folder / "labels.npy")
    split = load_json(folder / "dataset.json")["split"]
    public = public_mask(len(labels), split["public"], split["seed"])
    if not (labels >= 0).any():
        return pd.DataFrame(columns=COLUMNS)
    rows, right, arms = [], [], {}
    for names, clusters in _labellings(folder, cells, seeds, len(labels)):
        scored = accuracy(clusters, labels, public, n_permutations=1)
        null = null_accuracies(clusters, labels)
        arms.setdefault(names, []).append(len(right))
        right.append((scored.predicted == labels)[labels >= 0])
        rows.append(
            {
                "accuracy": scored.overall,
                "accuracy_public": scored.public,
                "accuracy_private": scored.private,
                "null_level": float(np.quantile(null, 0.95)),
                "p_null": p_of_null(scored.overall, null),
            }
        )
    of_arms = [np.array(of_arm) for of_arm in arms.values()]
    intervals = accuracy_intervals(np.array(right), of_arms)
    table = pd.DataFrame(rows)
    merged = []
    for (model, reduction, clustering), own, (low, high) in zip(
        arms, of_arms, intervals, strict=True
    ):
        part = table.loc[own]
        merged.append(
            {
                **{"model": model, "reduction": reduction, "clustering": clustering},
                "n": len(own),
                **part[["accuracy", "accuracy_public", "accuracy_private"]].mean(),
                "accuracy_low": low,
                "accuracy_high": high,
                **part[["null_level", "p_null"]].max(),
            }
        )
    return pd.DataFrame(merged, columns=COLUMNS)


def _labellings(
    folder: Path, cells: list[list], seeds: list[int], n_images: int
) -> Iterable[tuple[tuple[str, str, str], np.ndarray]]:
    """Yield the names and the clusters of each labelling."""
    for model, seed, reduction, clustering in cells:
        file = folder / model / f"seed{seed}" / reduction / clustering / "clusters.csv"
        yield (model, reduction, clustering), load_clusters(file, n_images)
    for seed in seeds:
        found, _ = load_consensus(folder / f"consensus/seed{seed}/clusters.csv", n_images)
        yield tuple(CONSENSUS.values()), found
    found, _ = load_consensus(folder / "consensus/clusters.csv", n_images)
    yield tuple(ALL_SEEDS.values()), found
