"""How far labellings come again: with other seeds, and from other configurations."""

import numpy as np


def stability(agreement: np.ndarray, own: np.ndarray) -> float:
    """Return the mean agreement of a configuration's labellings with each other, NaN for one seed.

    Ben-Hur, Elisseeff and Guyon (2002) and von Luxburg (2010) choose by stability; alone it
    favours trivial splits, which every run finds.

    Parameters
    ----------
    agreement : ndarray, shape (M, M)
        Adjusted Rand index of each pair of labellings.
    own : ndarray of int
        The labellings of the configuration, one a seed.
    """
    if len(own) < 2:
        return float("nan")
    pairs = agreement[np.ix_(own, own)]
    return float(pairs[np.triu_indices(len(own), 1)].mean())


def agreement_with_others(
    agreement: np.ndarray, own: np.ndarray, runs: list, weights: np.ndarray
) -> float:
    """Return the mean agreement of a configuration's labellings with those of all other runs.

    A run is a model and a seed: labellings of the same run agree because they have their latents
    in common. NaN where there is no other run.

    Parameters
    ----------
    agreement : ndarray, shape (M, M)
    own : ndarray of int
    runs : list, length M
    weights : ndarray, shape (M,)
        How much each labelling counts, as in the consensus: many poor ones outvote no good one.
    """
    means = []
    for i in own:
        others = np.array([run != runs[i] for run in runs]) * weights
        if others.any():
            means.append(agreement[i] @ others / others.sum())
    return float(np.mean(means)) if means else float("nan")
