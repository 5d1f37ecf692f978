"""The table of scores: one row a cell."""

import csv
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from aecluster.clusterings.run import load_clusters
from aecluster.consensus.run import load_consensus
from aecluster.jobs.artifacts import load_array, load_json
from aecluster.metrics.registry import METRICS, compute_metrics
from aecluster.scoring.approximated import of_cell, of_consensus
from aecluster.scoring.consensus_row import CONSENSUS
from aecluster.scoring.split import public_mask

_AFTER = {"accuracy_private": ["matching"]}
COLUMNS = [
    *("dataset", "model", "seed", "reduction", "dim", "clustering", "n_clusters"),
    *(column for name in METRICS for column in [name, *_AFTER.get(name, [])]),
    "approximation",
]


def score_table(
    folder: Path,
    dataset: str,
    cells: list[list],
    consensus: list[list] = (),
    methods: dict[str, list[str]] | None = None,
) -> pd.DataFrame:
    """Score every cell of one data set, and the consensus of each seed.

    Parameters
    ----------
    folder : path
        Where the data set's results are.
    dataset : str
    cells : list of [model, seed, reduction, clustering, benchmark files]
        The benchmark files are those of the jobs that made the cell; one that is missing leaves
        `seconds` empty.
    consensus : list of [seed, benchmark files]
        Those of all the jobs that made the consensus of the seed. It reconstructs nothing.
        Its dimension is the number of groups that were voted on.
    methods : dict of list of str, optional
        Of each reduction the methods that lead to it, which tell what is approximate.
    """
    methods = methods or {}
    labels = load_array(folder / "labels.npy")
    split = load_json(folder / "dataset.json")["split"]
    public = public_mask(len(labels), split["public"], split["seed"])
    rows = []
    load_embedding = lru_cache(maxsize=1)(
        partial(load_array, mmap=True)
    )  # the cells of a reduction follow each other
    for model, seed, reduction, clustering, benchmarks in cells:
        run = folder / model / f"seed{seed}"
        embedding = load_embedding(run / reduction / "embedding.npy")
        clusters = load_clusters(run / reduction / clustering / "clusters.csv", len(labels))
        rows.append(
            {
                "dataset": dataset,
                "model": model,
                "seed": seed,
                "reduction": reduction,
                "dim": embedding.shape[1],
                "clustering": clustering,
                "reconstruction_mse": _error(run / "reconstruction.json"),
                "seconds": _seconds(benchmarks),
                "approximation": of_cell(methods.get(reduction, []), len(labels)) or None,
                **compute_metrics(embedding, clusters, labels, public),
            }
        )
    if consensus:
        of_all, _ = load_consensus(folder / "consensus/clusters.csv", len(labels))
        dim = int(of_all.max()) + 1
    for seed, benchmarks in consensus:
        clusters, _ = load_consensus(folder / f"consensus/seed{seed}/clusters.csv", len(labels))
        row = {"dataset": dataset, **CONSENSUS, "seed": seed, "dim": dim}
        row["approximation"] = of_consensus(list(methods.values()), len(labels)) or None
        scores = compute_metrics(None, clusters, labels, public)
        rows.append({**row, "seconds": _seconds(benchmarks), **scores})
    return pd.DataFrame(rows, columns=COLUMNS)


def join_tables(tables: list[str]) -> str:
    """Return CSV texts with the same header as one: not a digit is read and written again."""
    header = tables[0].partition("\n")[0]
    bodies = [table.removeprefix(f"{header}\n") for table in tables]
    return "".join([f"{header}\n", *bodies])


def _error(file: Path) -> float:
    """Return the mean error of a run's reconstructions; an encoder that comes trained has none."""
    return load_json(file)["mse"] if file.exists() else np.nan


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
