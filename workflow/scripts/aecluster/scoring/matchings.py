"""Accuracy or purity: what scores are, by how their clusters are matched to classes."""

import numpy as np
import pandas as pd


def joint_matching(matchings: pd.Series) -> str | float:
    """Return the matching of several scores together: one-to-one only if each one's is.

    NaN without labels.
    """
    if matchings.isna().all():
        return np.nan
    return "one-to-one" if matchings.eq("one-to-one").all() else "many-to-one"


def score_name(matching: str | float) -> str:
    """Return what a score under a matching is called: "purity" if it is many-to-one."""
    return "purity" if matching == "many-to-one" else "accuracy"
