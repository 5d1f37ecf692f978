"""Which differences between models, or between reductions, are larger than chance over seeds?

Differences are paired by seed. There are four families of comparisons, and the correction for
the number of comparisons is made over each of them:

- models: every pair of models at each reduction, within one clustering;
- reductions: every reduction against one, the reference, for each model, within one clustering:
  all pairs would be many more, and the correction would leave little to be seen;
- reconstruction: the reconstruction error of every pair of models;
- chosen: the configuration that was chosen without labels against every other configuration, the
  consensus included.

Only scores of the same kind are paired: purity is no accuracy.

The test is the paired t-test. Wilcoxon's signed-rank test (1945), which does without a normal
distribution, takes its place as soon as it has seeds enough to pass: its smallest two-sided p is
2^(1-n), 0.25 with 3 seeds, so that a corrected p < 0.05 takes 6 seeds for one comparison and 8 for
six. Which of the two is used depends on the number of seeds and of comparisons alone.

The effect is Hedges' g_z: mean over standard deviation of the differences, without the bias of
small samples (Hedges 1981, J. Educ. Stat. 6:107; Lakens 2013, Front. Psychol. 4:863).
"""

from collections.abc import Iterator
from itertools import combinations
from math import exp, lgamma, sqrt

import numpy as np
import pandas as pd

from aecluster.scoring.matchings import score_name
from aecluster.selection.configuration import CONFIGURATION

LEVEL = 0.05
COLUMNS = [
    "dataset",
    "family",
    "what",
    "clustering",
    "a",
    "b",
    "at",
    "n",
    "difference",
    "sd",
    "larger_than_spread",
    "test",
    "p",
    "p_holm",
    "effect",
]
_NONE = float("nan")


def compare(
    scores: pd.DataFrame, chosen: dict[str, str] | None = None, reference: str | None = None
) -> pd.DataFrame:
    """Compare models and reductions, paired by seed.

    Parameters
    ----------
    scores : DataFrame
        Rows of scores.csv. Models and reductions are compared in their order.
    chosen : dict or None
        Model, reduction and clustering of the configuration that was chosen without labels.
    reference : str or None
        The reduction that the others are compared with. By default, and for a clustering that is
        not applied to it, it is the first one of each clustering.

    Returns
    -------
    DataFrame
        One row a comparison: dataset, family, what ("accuracy", "purity", without labels
        "silhouette"; "reconstruction_mse"), clustering, a, b, at (the model or reduction that is
        the same for both), n (seeds of both), difference (mean of a - b), sd (of the
        differences), larger_than_spread (|difference| > sd), test, p, p_holm, effect.
        Without a test (one seed; the same difference for every seed) p is NaN; without any
        difference it is 1.
    """
    rows = []
    for dataset, part in scores.groupby("dataset", sort=False):
        part = _with_kinds(part)
        families = [_reconstruction(part)]
        for clustering, cells in part.groupby("clustering", sort=False):
            families += [_models(cells, clustering), _reductions(cells, clustering, reference)]
        families += [_chosen(part, chosen)] if chosen else []
        for family in families:
            rows += [{"dataset": dataset, **row} for row in _tested(list(family))]
    return pd.DataFrame(rows, columns=COLUMNS)


def holm(p: np.ndarray) -> np.ndarray:
    """Correct p-values (m,) for their number: Holm's step-down (1979, Scand. J. Stat. 6:65).

    NaN (no test) stays, and does not count.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    from statsmodels.stats.multitest import multipletests  # imports scipy.stats

    corrected = np.full(len(p), np.nan)
    tested = np.isfinite(p)
    if tested.any():
        corrected[tested] = multipletests(p[tested], method="holm")[1]
    return corrected


def effect_size(differences: np.ndarray) -> float:
    """Return Hedges' g_z of paired differences (n,), NaN below 3 of them or without spread."""
    df = len(differences) - 1
    if df < 2 or _constant(differences):
        return _NONE
    correction = exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
    return float(correction * differences.mean() / differences.std(ddof=1))


def _reconstruction(part: pd.DataFrame) -> Iterator[dict]:
    runs = part.drop_duplicates(["model", "seed"])
    row = {"family": "reconstruction", "what": "reconstruction_mse", "clustering": "", "at": ""}
    by_model = _by_seed(runs.assign(score=runs["reconstruction_mse"]), "model")
    by_model = by_model.dropna(axis="columns", how="all")  # an encoder reconstructs nothing
    for a, b in combinations(by_model, 2):
        yield {**row, "a": a, "b": b, "values": _paired(by_model, a, b)}


def _models(cells: pd.DataFrame, clustering: str) -> Iterator[dict]:
    row = {"family": "models", "clustering": clustering}
    for (what, reduction), runs in cells.groupby(["what", "reduction"], sort=False):
        by_model = _by_seed(runs, "model")
        for a, b in combinations(by_model, 2):
            values = _paired(by_model, a, b)
            yield {**row, "what": what, "a": a, "b": b, "at": reduction, "values": values}


def _reductions(cells: pd.DataFrame, clustering: str, reference: str | None) -> Iterator[dict]:
    row = {"family": "reductions", "clustering": clustering}
    reductions = cells["reduction"].unique()
    reference = reference if reference in reductions else reductions[0]
    for (what, model), runs in cells.groupby(["what", "model"], sort=False):
        by_reduction = _by_seed(runs, "reduction")
        if reference not in by_reduction:
            continue
        for a in by_reduction.columns.drop(reference):
            values = _paired(by_reduction, a, reference)
            yield {**row, "what": what, "a": a, "b": reference, "at": model, "values": values}


def _chosen(part: pd.DataFrame, chosen: dict[str, str]) -> Iterator[dict]:
    own = ", ".join(chosen[key] for key in CONFIGURATION)
    row = {"family": "chosen", "clustering": "", "at": "", "a": own}
    part = part.assign(configuration=part[CONFIGURATION].agg(", ".join, axis=1))
    for what, runs in part.groupby("what", sort=False):
        by_configuration = _by_seed(runs, "configuration")
        if own not in by_configuration:
            continue
        for other in by_configuration.columns.drop(own):
            values = _paired(by_configuration, own, other)
            yield {**row, "what": what, "b": other, "values": values}


def _with_kinds(part: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the `score` that is compared, and `what` it is called in each."""
    if part["accuracy"].isna().all():
        return part.assign(what="silhouette", score=part["silhouette"])
    return part.assign(what=part["matching"].map(score_name), score=part["accuracy"])


def _by_seed(runs: pd.DataFrame, names: str) -> pd.DataFrame:
    """Return scores, a row a seed and a column a name, in the order of the rows: pivot sorts."""
    return runs.pivot(index="seed", columns=names, values="score")[runs[names].unique()]


def _paired(table: pd.DataFrame, a: str, b: str) -> np.ndarray:
    """Return a - b for the seeds that both have, without the noise of floating point."""
    return (table[a] - table[b]).dropna().to_numpy(float).round(12)


def _constant(values: np.ndarray) -> bool:
    return bool((values == values[0]).all())


def _tested(family: list[dict]) -> list[dict]:
    """Test each comparison of a family that has at least one seed, and correct the p-values."""
    family = [row for row in family if len(row["values"])]
    rows = [_with_numbers(row, row.pop("values"), len(family)) for row in family]
    for row, corrected in zip(rows, holm(np.array([row["p"] for row in rows])), strict=True):
        row["p_holm"] = corrected
    return rows


def _with_numbers(row: dict, values: np.ndarray, family_size: int) -> dict:
    mean = float(values.mean())
    sd = _NONE if len(values) < 2 else 0.0 if _constant(values) else float(values.std(ddof=1))
    test, p = _test(values, family_size)
    return {
        **row,
        "n": len(values),
        "difference": mean,
        "sd": sd,
        "larger_than_spread": abs(mean) > sd,
        "test": test,
        "p": p,
        "effect": effect_size(values),
    }


def _test(values: np.ndarray, family_size: int) -> tuple[str, float]:
    from scipy.stats import ttest_1samp, wilcoxon

    if len(values) < 2:
        return "none", _NONE
    if _constant(values):
        return "none", 1.0 if values[0] == 0 else _NONE
    if family_size * 2.0 ** (1 - len(values)) < LEVEL:
        return "Wilcoxon signed-rank", float(wilcoxon(values).pvalue)
    return "paired t", float(ttest_1samp(values, 0).pvalue)
