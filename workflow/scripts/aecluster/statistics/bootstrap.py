"""Intervals of accuracy by the bootstrap, over images and over seeds."""

import numpy as np

N_RESAMPLES = 1000
_AT_ONCE = 50  # resamples in memory, of many images fewer
_AT_ONCE_IMAGES = 2**23


def accuracy_intervals(
    right: np.ndarray,
    configurations: list[np.ndarray],
    level: float = 0.95,
    n_resamples: int = N_RESAMPLES,
    random_state: int = 0,
) -> list[tuple[float, float]]:
    """Return a percentile interval (Efron 1979) of each configuration's mean accuracy.

    Images and seeds are crossed: each resample draws images with replacement, the same for all
    labellings, and seeds with replacement, the same for all configurations with equally many. So
    an interval depends neither on the order of the configurations nor on their names. The matching
    of clusters to classes stays.
    With few seeds such an interval is rather too narrow.

    Parameters
    ----------
    right : ndarray of bool, shape (M, N)
        Whether labelling m has image n right.
    configurations : list of ndarray of int
        The labellings of each configuration, one a seed.

    Returns
    -------
    list of (low, high), one a configuration
    """
    rng = np.random.default_rng(random_state)
    n_images = right.shape[1]
    columns = right.T.astype(np.float32)
    means = np.empty((n_resamples, len(right)))
    at_once = max(1, min(_AT_ONCE, _AT_ONCE_IMAGES // n_images))
    for start in range(0, n_resamples, at_once):
        drawn = rng.integers(0, n_images, (min(at_once, n_resamples - start), n_images))
        counts = [np.bincount(row, minlength=n_images) for row in drawn]
        means[start : start + len(drawn)] = np.array(counts, np.float32) @ columns / n_images
    ends = [(1 - level) / 2, (1 + level) / 2]
    intervals = []
    for configuration in configurations:
        of_seeds = np.random.default_rng([random_state, len(configuration)])
        seeds = of_seeds.integers(0, len(configuration), (n_resamples, len(configuration)))
        of_configuration = np.take_along_axis(means[:, configuration], seeds, axis=1).mean(1)
        intervals.append(tuple(float(end) for end in np.quantile(of_configuration, ends)))
    return intervals
