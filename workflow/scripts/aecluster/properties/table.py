"""What is known of each image beside its group, as a table: typical, far from all, doubled, bad."""

from pathlib import Path

import numpy as np
import pandas as pd

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_table

COLUMNS = ("id", "typicality", "outlier", "distance", "duplicates", "quality")
FLAGS = ("dark", "bright", "blurry", "odd_shape", "low_information")


def load_properties(path: str | Path, n_images: int) -> pd.DataFrame:
    """Load a table of properties.

    Returns
    -------
    DataFrame
        id; typicality, 0 to 1 for the most typical of its group; outlier, 0 to 1 for the farthest
        from all; distance, the mean to its nearest neighbours; duplicates, the number of a set of
        images that show the same picture, -1 for none; quality, some of FLAGS with spaces between.

    Raises
    ------
    InputError
        If the file is damaged or has another number of rows.
    """
    table = load_table(path, keep_default_na=False)
    if list(table.columns) != list(COLUMNS) or len(table) != n_images:
        raise InputError(
            f"{path} is not a whole table of the properties of {n_images} images; "
            "delete it and run again."
        )
    return table


def with_properties(
    table: pd.DataFrame, runner_up: np.ndarray, properties: pd.DataFrame
) -> pd.DataFrame:
    """Return a table of groups, one row an image, with more columns behind its own: runner_up (the
    second choice of the consensus, -1 for none) and what else is known of an image."""
    known = {name: properties[name].to_numpy() for name in COLUMNS if name != "id"}
    return table.assign(runner_up=runner_up, **known)


def ranked(values: np.ndarray) -> np.ndarray:
    """Return the ranks of values, from 0 for the smallest to 1 for the largest; equal values share
    their mean rank."""
    if len(values) < 2:
        return np.zeros(len(values))
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    before = np.cumsum(counts) - counts
    return (before + (counts - 1) / 2)[place] / (len(values) - 1)
