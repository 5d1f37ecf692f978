"""The tree of the images as the page cuts it: into few or many parts."""

import numpy as np
import pandas as pd


def parts(table: pd.DataFrame) -> tuple[dict, np.ndarray]:
    """Return how the parts of a tree are nested, and the finest part of each image.

    Parameters
    ----------
    table : DataFrame
        levels.csv: id, and of each level a column `k` and the number of its groups, which keep
        their numbers where others split.

    Returns
    -------
    levels : dict
        `numbers` of groups at each level, and `parents`: of each part the one that it was split
        from, itself for 0.
    finest : ndarray of uint8, shape (N,)
        Part of each image at the last level.
    """
    names = [name for name in table.columns if name != "id"]
    columns = [np.zeros(len(table), int), *(table[name].to_numpy() for name in names)]
    finest = columns[-1]
    parents = []
    for part in range(finest.max() + 1):
        image = np.flatnonzero(finest == part)[0]
        own = next(k for k, column in enumerate(columns) if column[image] == part)
        parents.append(int(columns[max(own - 1, 0)][image]))
    numbers = [int(name.removeprefix("k")) for name in names]
    return {"numbers": numbers, "parents": parents}, finest.astype(np.uint8)
