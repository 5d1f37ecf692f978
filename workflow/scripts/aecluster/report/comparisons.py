"""The comparisons of models and of reductions that say something."""

import pandas as pd

from aecluster.report.numbers import p_value, spread
from aecluster.report.section import Section, Table
from aecluster.statistics.comparisons import LEVEL


def comparisons_section(comparisons: pd.DataFrame) -> Section:
    """Return the comparisons that say something.

    Parameters
    ----------
    comparisons : DataFrame
        What `aecluster.statistics.comparisons.compare` returns, of one data set. Shown are those
        whose corrected p is under LEVEL or whose difference is larger than its spread.
    """
    telling = (comparisons["p_holm"] < LEVEL) | comparisons["larger_than_spread"].astype(bool)
    if not telling.any():
        several = (comparisons["n"] > 1).any()
        nothing = "No difference is larger than its spread over seeds."
        said = nothing if several else "None: comparisons need labels and several seeds."
        return Section("Comparisons", sentences=[said])
    header = ["what", "clustering", "a", "b", "at", "a - b", "seeds", "test", "p"]
    header += ["p, corrected", "effect"]
    rows = [_comparison(row) for _, row in comparisons[telling].iterrows()]
    sentences = [
        f"{telling.sum()} of {len(comparisons)} comparisons: those larger than their spread over "
        "seeds, or under 0.05 after correction.",
        "a - b: mean ± standard deviation of the differences, paired by seed.",
        "Test: the paired t-test, or Wilcoxon's signed-rank test if there are enough seeds for it "
        "to be significant.",
        "Corrected: by Holm (1979), within each clustering over the pairs of models, and over the "
        "reductions, each compared with the reference; over the reconstruction errors; "
        "and over all configurations, compared with the selected one.",
        "Effect: Hedges' g (mean over standard deviation of the differences, corrected for small "
        "samples).",
    ]
    return Section("Comparisons", Table(header, rows), sentences)


def _comparison(row: pd.Series) -> list[str]:
    effect = "-" if pd.isna(row["effect"]) else f"{row['effect']:.2f}"
    names = [row[key] or "-" for key in ("clustering", "a", "b", "at")]
    difference = spread(row["difference"], row["sd"], row["what"])
    tests = [row["test"], p_value(row["p"]), p_value(row["p_holm"]), effect]
    what = row["what"].replace("_mse", " MSE")
    return [what, *names, difference, row["n"], *tests]
