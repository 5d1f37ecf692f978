"""How much each labelling counts: as much as the others agree with it."""

import numpy as np

_ITERATIONS = 1000


def agreement_weights(agreement: np.ndarray, runs: list) -> np.ndarray:
    """Weight labellings by their mean agreement with the others, those weighted likewise.

    The weights are the fixed point of w_i = max(0, sum_j w_j a_ij / sum_j w_j), where j goes over
    the labellings of other runs: labellings of the same latents agree because they have these in
    common. A labelling at random, or of one group, agrees with none beyond chance and gets 0.

    Parameters
    ----------
    agreement : ndarray, shape (M, M)
        Corrected for chance, see `agreement.adjusted_rand`.
    runs : list, length M
        What a labelling was made from (model and seed). A labelling that has no other run beside
        it is compared with all others.

    Returns
    -------
    ndarray of float64, shape (M,)
        Not negative, sum 1. All equal where nothing agrees. Rounded, so that they do not depend on
        the order of the labellings, in which sums are made.
    """
    n = len(runs)
    compared = np.array([[a != b for b in runs] for a in runs], dtype=bool).reshape(n, n)
    alone = ~compared.any(1)
    compared[alone] = ~np.eye(n, dtype=bool)[alone]
    counted = np.where(compared, agreement, 0.0)
    weights = np.full(n, 1 / n)
    for _ in range(_ITERATIONS):
        others = compared @ weights
        mean = counted @ weights / np.where(others > 0, others, 1)
        new = np.maximum(mean, 0)
        if not new.any():
            return np.full(n, 1 / n)
        new /= new.sum()
        if np.abs(new - weights).max() < 1e-12:
            break
        weights = new
    return np.round(new, 9)
