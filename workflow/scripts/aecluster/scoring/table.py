"""The table of scores: one row a cell."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from aecluster.artifacts import load_array, load_json
from aecluster.clusterings.run import load_clusters
from aecluster.scoring.cell import score_cell
from aecluster.scoring.split import public_mask

COLUMNS = [
    "dataset",
    "model",
    "seed",
    "reduction",
    "dim",
    "clustering",
    "n_clusters",
    "reconstruction_mse",
    "accuracy",
    "accuracy_public",
    "accuracy_private",
    "matching",
    "chance",
    "nmi",
    "ari",
    "silhouette",
    "largest_cluster",
    "seconds",
]


def score_table(folder: Path, dataset: str, cells: list[list]) -> pd.DataFrame:
    """Score every cell of one data set.

    Parameters
    ----------
    folder : path
        Where the data set's results are.
    dataset : str
    cells : list of [model, seed, reduction, clustering, benchmark files]
        The benchmark files are those of the jobs that made the cell; one that is missing leaves
        `seconds` empty.
    """
    labels = load_array(folder / "labels.npy")
    split = load_json(folder / "dataset.json")["split"]
    public = public_mask(len(labels), split["public"], split["seed"])
    rows = []
    for model, seed, reduction, clustering, benchmarks in cells:
        run = folder / model / f"seed{seed}"
        embedding = load_array(run / reduction / "embedding.npy")
        clusters = load_clusters(run / reduction / clustering / "clusters.csv", len(labels))
        rows.append(
            {
                "dataset": dataset,
                "model": model,
                "seed": seed,
                "reduction": reduction,
                "dim": embedding.shape[1],
                "clustering": clustering,
                "reconstruction_mse": load_json(run / "reconstruction.json")["mse"],
                "seconds": _seconds(benchmarks),
                **score_cell(embedding, clusters, labels, public),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _seconds(benchmarks: list[str]) -> float:
    """Return the sum of the wall times of jobs, from Snakemake's benchmark files."""
    try:
        return round(sum(_wall_time(Path(file)) for file in benchmarks), 2)
    except (OSError, KeyError, ValueError):
        return np.nan


def _wall_time(file: Path) -> float:
    with file.open() as lines:
        row = next(csv.DictReader(lines, delimiter="\t"), {})  # empty if the job was killed
        return float(row["s"])
