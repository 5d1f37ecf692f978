"""The table of scores of results that a test has written where a run would."""

from pathlib import Path

import pandas as pd

from aecluster.jobs.artifacts import load_array, load_json
from aecluster.scoring.table import Consensus, score_table


def scores_of(
    folder: Path,
    cells: list,
    consensus: list = (),
    methods: dict | None = None,
    dataset: str = "data",
) -> pd.DataFrame:
    """Score the data set in a folder.

    `cells` are [model, seed, reduction, clustering, benchmarks], `consensus` [seed, benchmarks].
    """
    of_all, of_seed = "consensus/clusters.csv", "consensus/seed{}/clusters.csv"
    seeds = [(s, folder / of_seed.format(s), _jobs(times)) for s, times in consensus]
    return score_table(
        dataset,
        load_array(folder / "labels.npy"),
        load_json(folder / "dataset.json")["split"],
        [(cell[:4], _files(folder, *cell)) for cell in cells],
        Consensus(folder / of_all, seeds) if consensus else None,
        methods,
    )


def _files(folder, model, seed, reduction, clustering, benchmarks) -> dict:
    run = folder / model / f"seed{seed}"
    return {
        "embedding": run / reduction / "embedding.npy",
        "clusters": run / reduction / clustering / "clusters.csv",
        "reconstruction": run / "reconstruction.json",
        "jobs": _jobs(benchmarks),
    }


def _jobs(benchmarks: list) -> list:
    return [[file] for file in benchmarks]
