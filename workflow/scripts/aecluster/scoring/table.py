"""The table of scores: one row a cell."""

from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from aecluster.clusterings.file import load_clusters
from aecluster.consensus.file import load_consensus
from aecluster.jobs.artifacts import load_array, load_json
from aecluster.metrics.registry import METRICS, compute_metrics
from aecluster.scoring.approximated import of_cell, of_consensus
from aecluster.scoring.consensus_row import CONSENSUS
from aecluster.scoring.costs import Job, cost
from aecluster.scoring.split import public_mask

_AFTER = {"accuracy_private": ["matching"]}
COLUMNS = [
    *("dataset", "model", "seed", "reduction", "dim", "clustering", "n_clusters"),
    *(column for name in METRICS for column in [name, *_AFTER.get(name, [])]),
    "approximation",
]


class Consensus(NamedTuple):
    """The files of a consensus: of all seeds, and of each seed with its jobs."""

    of_all: str
    of_seeds: list[tuple[int, str, list[Job]]]


def score_table(
    dataset: str,
    labels: np.ndarray,
    split: dict,
    cells: list[tuple[list, dict]],
    consensus: Consensus | None = None,
    methods: dict[str, list[str]] | None = None,
) -> pd.DataFrame:
    """Score every cell of one data set, and the consensus of each seed.

    Parameters
    ----------
    dataset : str
    labels : ndarray of int64, shape (N,)
    split : dict
        public (its part of the images) and seed, as in dataset.json.
    cells : list of ([model, seed, reduction, clustering], files)
        Files: `embedding` and `clusters`; `reconstruction`, None of a model that reconstructs
        nothing; and the `jobs` that made the cell, whose files leave `seconds` empty if one is
        missing.
    consensus : Consensus, optional
        It reconstructs nothing. Its dimension is the number of groups that were voted on.
    methods : dict of list of str, optional
        Of each reduction the methods that lead to it, which tell what is approximate.
    """
    methods = methods or {}
    public = public_mask(len(labels), split["public"], split["seed"])
    rows = []
    load_embedding = lru_cache(maxsize=1)(
        partial(load_array, mmap=True)
    )  # the cells of a reduction follow each other
    for (model, seed, reduction, clustering), files in cells:
        embedding = load_embedding(files["embedding"])
        clusters = load_clusters(files["clusters"], len(labels))
        rows.append(
            {
                "dataset": dataset,
                "model": model,
                "seed": seed,
                "reduction": reduction,
                "dim": embedding.shape[1],
                "clustering": clustering,
                "reconstruction_mse": _error(files["reconstruction"]),
                "seconds": cost(Job(*job) for job in files["jobs"]),
                "approximation": of_cell(methods.get(reduction, []), len(labels)) or None,
                **compute_metrics(embedding, clusters, labels, public),
            }
        )
    if consensus:
        of_all, _ = load_consensus(consensus.of_all, len(labels))
        dim = int(of_all.max()) + 1
    for seed, file, jobs in consensus.of_seeds if consensus else ():
        clusters, _ = load_consensus(file, len(labels))
        row = {"dataset": dataset, **CONSENSUS, "seed": seed, "dim": dim}
        row["approximation"] = of_consensus(list(methods.values()), len(labels)) or None
        scores = compute_metrics(None, clusters, labels, public)
        rows.append({**row, "seconds": cost(Job(*job) for job in jobs), **scores})
    return pd.DataFrame(rows, columns=COLUMNS)


def join_tables(tables: list[str]) -> str:
    """Return CSV texts with the same header as one: not a digit is read and written again."""
    header = tables[0].partition("\n")[0]
    bodies = [table.removeprefix(f"{header}\n") for table in tables]
    return "".join([f"{header}\n", *bodies])


def _error(file: str | None) -> float:
    """Return the mean error of a run's reconstructions."""
    return np.nan if file is None else load_json(file)["mse"]
