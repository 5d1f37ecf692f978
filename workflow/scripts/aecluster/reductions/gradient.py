"""The gradient of t-SNE over all pairs, compiled, for openTSNE to descend."""

import numpy as np
from numba import njit

from aecluster.jobs.compiled import keep

# Sums may be taken in any order, and so eight at a time; one machine always takes the same.
_SUMS = {"reassoc", "nsz", "contract"}


def all_pairs(embedding, P, dof, reference_embedding=None, should_eval_error=False, **_):
    """Return Kullback-Leibler divergence and gradient (n, dim), as openTSNE asks for them.

    A `negative_gradient_method` of openTSNE, whose own are approximations. Compiled, in float32,
    all pairs take less time than its tree up to some ten thousand points, and the divergence falls
    faster without the tree's errors.

    Parameters
    ----------
    embedding : ndarray, shape (n, 1) or (n, 2)
    P : sparse array in CSR form, shape (n, n)
        How near the neighbours are.
    dof : float
        1: the forces are those of the Cauchy distribution.
    """
    points = x, y = centred(embedding)
    repelling, normalization = repulsion(points)
    attracting = np.empty_like(points)
    _sum_over_neighbours(P.indices, P.indptr, P.data, x, y, *attracting)
    gradient = (attracting - repelling / normalization)[: embedding.shape[1]].T
    divergence = 0.0
    if should_eval_error:
        near = P.tocoo()
        weights = 1 / (1 + (x[near.row] - x[near.col]) ** 2 + (y[near.row] - y[near.col]) ** 2)
        divergence = float((near.data * np.log(near.data * normalization / weights)).sum())
    return divergence, np.ascontiguousarray(gradient, np.float64)


def repulsion(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Return how points repel each other (van der Maaten and Hinton 2008, eq. 4 and 5).

    Parameters
    ----------
    points : ndarray of float32, shape (2, n)
        x and y of each point y_i.

    Returns
    -------
    forces : ndarray of float32, shape (2, n)
        Of each point i, the sum over j of (y_i - y_j) w_ij^2, where w_ij = 1 / (1 + |y_i - y_j|^2).
    normalization : float
        The sum of all w_ij but those of i = j.
    """
    forces = np.empty_like(points)
    total = _sum_over_pairs(*points, *forces)
    return forces, total - points.shape[1]


def centred(embedding: np.ndarray) -> np.ndarray:
    """Return x and y of the points around their mean, float32 (2, n); y of a line is 0."""
    coordinates = np.zeros((2, len(embedding)), np.float32)
    coordinates[: embedding.shape[1]] = (embedding - embedding.mean(0)).T
    return coordinates


@njit(fastmath=_SUMS, error_model="numpy")
def _sum_over_pairs(x, y, force_x, force_y):
    """Fill in the forces; return the sum of all weights, those of a point with itself included."""
    one = np.float32(1)
    total = 0.0
    for i in range(len(x)):
        weights = sum_x = sum_y = np.float32(0)
        for j in range(len(x)):
            dx, dy = x[i] - x[j], y[i] - y[j]
            weight = one / (one + dx * dx + dy * dy)
            weights += weight
            weight *= weight
            sum_x += weight * dx
            sum_y += weight * dy
        force_x[i], force_y[i] = sum_x, sum_y
        total += weights
    return total


@njit(fastmath=_SUMS, error_model="numpy")
def _sum_over_neighbours(neighbours, starts, nearness, x, y, force_x, force_y):
    """Fill in the forces of attraction, of each point the sum over j of p_ij w_ij (y_i - y_j)."""
    one = np.float32(1)
    for i in range(len(x)):
        sum_x = sum_y = np.float32(0)
        # Unsigned, so that numba does not look for negative ones: it takes a third of the time.
        for k in range(np.uintp(starts[i]), np.uintp(starts[i + 1])):
            j = np.uintp(neighbours[k])
            dx, dy = x[i] - x[j], y[i] - y[j]
            pull = np.float32(nearness[k]) / (one + dx * dx + dy * dy)
            sum_x += pull * dx
            sum_y += pull * dy
        force_x[i], force_y[i] = sum_x, sum_y


keep(_sum_over_pairs)
keep(_sum_over_neighbours)
