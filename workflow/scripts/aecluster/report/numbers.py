"""Numbers as text: digits that suit them, mean ± standard deviation, p-values."""

import pandas as pd

from aecluster.metrics.registry import digits
from aecluster.statistics.comparisons import LEVEL


def number(value: float, what: str = "accuracy") -> str:
    """Return a score with the digits that suit it, "-" for none."""
    return "-" if pd.isna(value) else f"{value:.{digits(what)}f}"


def spread(mean: float, sd: float, what: str = "accuracy") -> str:
    """Return "mean ± sd", the mean alone without sd, "-" without both."""
    return number(mean, what) + ("" if pd.isna(mean) or pd.isna(sd) else f" ± {number(sd, what)}")


def with_spread(row: pd.Series, score: str) -> str:
    """Return a score of a row of summary.csv: "mean ± sd"."""
    return spread(row[f"{score}_mean"], row[f"{score}_sd"], score)


def p_value(p: float) -> str:
    """Return "0.034" or "< 0.001"; never rounded down to a level that it does not reach."""
    if pd.isna(p):
        return "-"
    if p < 0.001:
        return "< 0.001"
    return f"{p:.3f}" if (round(p, 3) < LEVEL) == (p < LEVEL) else f"{p:.4g}"
