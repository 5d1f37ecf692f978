"""The nearest neighbours of each image among its latents."""

import numpy as np

N_NEIGHBOURS = 10
_EXACT = 20_000  # up to so many images all pairs are compared
_BLOCK_VALUES = 2**24  # similarities held at a time


def nearest(latents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest other images by the cosine of their latents, and how far they are.

    Above 20,000 images they are found by nearest neighbour descent, which misses a few (Dong,
    Moses and Li 2011; PyNNDescent).

    Parameters
    ----------
    latents : ndarray of float32, shape (N, D)

    Returns
    -------
    neighbours : ndarray of int64, shape (N, 10)
        Nearest first, of equally near ones the first; -1 where there are fewer images.
    distances : ndarray of float64, shape (N, 10)
        1 - cosine; infinite where there is no neighbour.
    """
    n = len(latents)
    k = min(N_NEIGHBOURS, n - 1)
    neighbours = np.full((n, N_NEIGHBOURS), -1)
    distances = np.full((n, N_NEIGHBOURS), np.inf)
    if k > 0:
        find = _exact if n <= _EXACT else _descent
        neighbours[:, :k], distances[:, :k] = find(unit_length(latents), k)
    return neighbours, distances


def unit_length(latents: np.ndarray) -> np.ndarray:
    """Return latents scaled to length 1, as float32; those of length 0 stay."""
    lengths = np.linalg.norm(latents, axis=1, keepdims=True)
    return (latents / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)


def _exact(unit: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    neighbours = np.empty((len(unit), k), np.int64)
    distances = np.empty((len(unit), k))
    step = max(1, _BLOCK_VALUES // len(unit))
    for start in range(0, len(unit), step):
        rows = slice(start, start + step)
        away = 1 - unit[rows] @ unit.T
        own = np.arange(len(away))
        away[own, start + own] = np.inf  # not the image itself
        found = np.sort(np.argpartition(away, k - 1, axis=1)[:, :k], axis=1)
        near = np.take_along_axis(away, found, axis=1)
        order = np.argsort(near, axis=1, kind="stable")
        neighbours[rows] = np.take_along_axis(found, order, axis=1)
        distances[rows] = np.take_along_axis(near, order, axis=1)
    return neighbours, np.maximum(distances, 0)


def _descent(unit: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    from pynndescent import NNDescent

    from aecluster.jobs.compiled import keep_compiled

    keep_compiled("pynndescent")
    # Twice as many as wanted are looked for, since then fewer of these are missed. One job, so that
    # the result depends on the seed alone.
    index = NNDescent(unit, metric="cosine", n_neighbors=2 * k, random_state=0, n_jobs=1)
    found, away = index.neighbor_graph
    unusable = (found == np.arange(len(unit))[:, None]) | (found < 0)
    away = np.where(unusable, np.inf, away)
    order = np.argsort(away, axis=1, kind="stable")[:, :k]
    distances = np.take_along_axis(away, order, axis=1)
    neighbours = np.take_along_axis(found, order, axis=1)
    return np.where(np.isinf(distances), -1, neighbours), np.maximum(distances, 0)
