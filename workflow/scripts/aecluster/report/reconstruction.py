"""The reconstruction error of each model."""

import pandas as pd

from aecluster.report.numbers import with_spread
from aecluster.report.section import Section, Table


def reconstruction_section(summary: pd.DataFrame) -> Section | None:
    """Return the error of each model; None where no model reconstructs anything.

    Parameters
    ----------
    summary : DataFrame
        What `aecluster.scoring.summary.summarise` returns, of one data set.
    """
    firsts = summary.dropna(subset="reconstruction_mse_mean").drop_duplicates("model")
    if firsts.empty:
        return None
    rows = [
        [row["model"], with_spread(row, "reconstruction_mse"), row["n"]]
        for _, row in firsts.iterrows()
    ]
    header = ["model", "mean squared error (pixels in [-1, 1])", "n seeds"]
    return Section("Reconstruction", Table(header, rows))
