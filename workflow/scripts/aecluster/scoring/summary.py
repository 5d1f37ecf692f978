"""Mean, spread and number of seeds of every score."""

from pathlib import Path

import pandas as pd

from aecluster.jobs.artifacts import load_table
from aecluster.metrics.registry import METRICS
from aecluster.scoring.collapse import is_collapsed
from aecluster.scoring.matchings import joint_matching

KEYS = ["dataset", "model", "reduction", "clustering"]
NAMES = ["dataset", "model", "reduction", "clustering", "matching", "approximation"]


def read_scores(path: str | Path) -> pd.DataFrame:
    """Read scores.csv or summary.csv; names stay text, also those like `007`, `null` or `nan`."""
    types = dict.fromkeys(NAMES, str)
    return load_table(path, dtype=types, keep_default_na=False, na_values=[""])


def summarise(scores: pd.DataFrame) -> pd.DataFrame:
    """Return one row a cell over its seeds: n, and each score's mean and standard deviation (sd).

    The sd is the sample's (n - 1), empty for a single seed. A cell is `collapsed` where its mean
    accuracy is within two standard errors of chance, or nearly all images are in one cluster. A
    `dim` that differs between seeds is a range, as text.
    """
    grouped = scores.groupby(KEYS, sort=False)
    table = grouped.size().rename("n").to_frame()
    for score in METRICS:
        values = pd.to_numeric(scores[score]).groupby([scores[key] for key in KEYS], sort=False)
        table[f"{score}_mean"] = values.mean()
        table[f"{score}_sd"] = values.std(ddof=1)
    table["matching"] = grouped["matching"].agg(joint_matching)
    table["approximation"] = grouped["approximation"].first().astype(object).fillna("")
    parts = grouped[["accuracy", "chance", "largest_cluster"]]
    table["collapsed"] = parts.apply(is_collapsed)
    dims = grouped["dim"].agg(_range).to_numpy()
    table = table.reset_index()
    table.insert(table.columns.get_loc("clustering"), "dim", dims)
    return table


def _range(dims: pd.Series) -> int | str:
    low, high = dims.min(), dims.max()
    return low if low == high else f"{low} to {high}"
