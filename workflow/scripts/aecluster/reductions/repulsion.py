"""The gradient of t-SNE with the repulsion of all pairs, for openTSNE to descend."""

import numpy as np
from openTSNE import _tsne

_ROWS = 64  # of the matrix of pairs at a time, so that they stay in the cache


def all_pairs(embedding, P, dof, reference_embedding=None, should_eval_error=False, n_jobs=1, **_):
    """Return Kullback-Leibler divergence and gradient (n, dim), as openTSNE asks for them.

    A `negative_gradient_method` of openTSNE. Its own are approximations; up to some thousand
    points all pairs, by matrix products in float32, are faster than its tree, and the divergence
    falls faster without the tree's errors. The attraction of neighbours is openTSNE's.
    """
    points = np.asarray(embedding)
    forces, normalization = repulsion(points)
    gradient = np.ascontiguousarray(-forces / normalization, dtype=np.float64)
    sum_p, divergence = _tsne.estimate_positive_gradient_nn(
        P.indices,
        P.indptr,
        P.data,
        points,
        points,
        gradient,
        dof,
        num_threads=n_jobs,
        should_eval_error=should_eval_error,
    )
    if should_eval_error:
        divergence += sum_p * np.log(normalization)
    return divergence, gradient


def repulsion(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Return how points repel each other (van der Maaten and Hinton 2008, eq. 4 and 5).

    Parameters
    ----------
    points : ndarray, shape (n, dim)

    Returns
    -------
    forces : ndarray of float32, shape (n, dim)
        Of each point i, the sum over j of (y_i - y_j) w_ij^2, where w_ij = 1 / (1 + |y_i - y_j|^2).
    normalization : float
        The sum of all w_ij but those of i = j.
    """
    n, dim = points.shape
    points = (points - points.mean(0)).astype(np.float32)
    squares = (points**2).sum(1, keepdims=True)
    ones = np.ones((n, 1), np.float32)
    # The product of these is 1 + the squared distance.
    left = np.concatenate([-2 * points, squares + 1, ones], 1)
    right = np.concatenate([points, ones, squares], 1).T.copy()
    columns = np.concatenate([points, ones], 1).T.copy()
    sums = np.zeros((dim + 1, n), np.float32)
    room = np.empty(_ROWS * n, np.float32)
    total = 0.0
    # Pairs are seen once: each block of rows with the columns from its diagonal on.
    for start in range(0, n, _ROWS):
        end = min(start + _ROWS, n)
        height = end - start
        weights = room[: height * (n - start)].reshape(height, n - start)
        np.matmul(left[start:end], right[:, start:], out=weights)
        np.divide(1, weights, out=weights)
        total += 2 * float((weights @ ones[start:]).sum(dtype=np.float64))
        total -= float(weights[:, :height].sum(dtype=np.float64))
        np.multiply(weights, weights, out=weights)
        for sum_, column in zip(sums, columns, strict=True):
            sum_[start:end] += weights @ column[start:]
            sum_[end:] += column[start:end] @ weights[:, height:]
    return (sums[dim] * points.T - sums[:dim]).T, total - n
