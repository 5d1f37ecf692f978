"""Accuracy or purity: what scores are, by how their clusters are matched to classes."""

import numpy as np
import pandas as pd


def joint_matching(matchings: pd.Series) -> str | float:
    """Return the matching of several scores together: many-to-one if that of any of them is.

    NaN, which stands for no labels, if none is known.
    """
    if matchings.eq("many-to-one").any():
        return "many-to-one"
    return "one-to-one" if matchings.eq("one-to-one").any() else np.nan


def score_name(matching: str | float) -> str:
    """Return what a score under a matching is called: "purity" if it is many-to-one."""
    return "purity" if matching == "many-to-one" else "accuracy"


def joint_name(matchings: pd.Series) -> str:
    """Return what several scores together are called, see `joint_matching` and `score_name`."""
    return score_name(joint_matching(matchings))
