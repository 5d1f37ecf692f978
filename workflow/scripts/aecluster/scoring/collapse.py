"""When a cell is collapsed: its groups say nothing about the classes, or there is but one group."""

import numpy as np
import pandas as pd

from aecluster.consensus.members import ONE_GROUP

MARGIN = 0.01  # of accuracy above chance, where the spread over seeds is smaller than that


def at_chance(accuracy, sd, n, chance):
    """Tell whether a mean accuracy is within two standard errors, or MARGIN, of chance.

    All parameters are numbers or arrays; an `sd` of NaN (one seed) counts as 0.
    """
    margin = np.maximum(2 * np.nan_to_num(sd) / np.sqrt(n), MARGIN)
    return accuracy - margin <= chance


def is_collapsed(runs: pd.DataFrame) -> bool:
    """Tell whether a cell is collapsed, from its rows of scores.csv: one a seed."""
    accuracy = runs["accuracy"].astype(float)
    chance = runs["chance"].astype(float).mean()
    no_better = at_chance(accuracy.mean(), accuracy.std(ddof=1), len(runs), chance)
    return bool(no_better or runs["largest_cluster"].mean() > ONE_GROUP)
