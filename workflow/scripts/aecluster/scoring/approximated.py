"""What is approximate in a score, in words: the column `approximation` and the notes of it."""

import pandas as pd

from aecluster.consensus.agreement import SAMPLE as AGREEMENT_SAMPLE
from aecluster.metrics.silhouette import SAMPLE as SILHOUETTE_SAMPLE
from aecluster.reductions.approximation import approximation


def of_cell(methods: list[str], n_images: int) -> str:
    """Return what is approximate in the scores of a cell, "" if nothing is.

    Parameters
    ----------
    methods : list of str
        Of the reductions that lead to the space that is clustered, the first one first.
    n_images : int
    """
    silhouette = f"silhouette of {SILHOUETTE_SAMPLE:,} images"
    return _joined(
        approximation(methods, n_images), silhouette if n_images > SILHOUETTE_SAMPLE else ""
    )


def of_consensus(chains: list[list[str]], n_images: int) -> str:
    """Return what is approximate in a consensus of cells, given the methods of each of them."""
    parts = dict.fromkeys(approximation(methods, n_images) for methods in chains)
    weights = f"weights by the agreement on {AGREEMENT_SAMPLE:,} images"
    return _joined(*parts, weights if n_images > AGREEMENT_SAMPLE else "")


def notes(summary: pd.DataFrame) -> list[str]:
    """Return a sentence for each set of approximations in a summary, with the reductions it is of.

    Parameters
    ----------
    summary : DataFrame
        Columns reduction and approximation ("" or missing for what is exact).
    """
    texts = summary["approximation"].astype(object).fillna("")
    return [
        f"Approximate in {', '.join(dict.fromkeys(rows['reduction']))}: {text}."
        for text, rows in summary.groupby(texts, sort=False)
        if text
    ]


def _joined(*parts: str) -> str:
    return "; ".join(dict.fromkeys(step for part in parts if part for step in part.split("; ")))
