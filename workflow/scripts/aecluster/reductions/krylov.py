"""The largest eigenvalues of a symmetric matrix by a block Krylov method."""

import numpy as np

# A subspace of three times the wanted vectors, made by 11 products of a block, is more exact than
# seven iterations of the randomized method of Halko et al. (14 products of all vectors).
_DEPTH = 12
_OVERSAMPLING = 3
_LEAST_BLOCK = 10


def largest_eigenpairs(matrix: np.ndarray, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the k largest eigenvalues of a symmetric matrix, in falling order, and their vectors.

    A random block is multiplied by the matrix again and again, and the eigenvectors are looked
    for in what all of the products span (Musco and Musco 2015, NeurIPS), kept orthogonal as in
    the block Lanczos method. Where that is no less work than all eigenvectors, they are computed.

    Parameters
    ----------
    matrix : ndarray of float32 or float64, shape (n, n)
    k : int
    seed : int
        Of the first block.

    Returns
    -------
    values : ndarray, shape (k,)
    vectors : ndarray, shape (n, k)
    """
    from scipy.linalg import eigh, qr  # NumPy's qr of float32 computes in float64

    n = len(matrix)
    block = _LEAST_BLOCK + _OVERSAMPLING * k // _DEPTH
    size = block * _DEPTH
    if 2 * size > n:
        values, vectors = eigh(matrix, subset_by_index=(n - k, n - 1))
        return values[::-1], vectors[:, ::-1]
    basis = np.empty((n, size), matrix.dtype, order="F")
    products = np.empty_like(basis)
    found = np.random.default_rng(seed).standard_normal((n, block)).astype(matrix.dtype)
    for start in range(0, size, block):
        known, part = basis[:, :start], slice(start, start + block)
        for _ in range(2):  # once more for what rounding left
            found -= known @ (known.T @ found)
            found, _ = qr(found, mode="economic", overwrite_a=True, check_finite=False)
        basis[:, part] = found
        found = (found.T @ matrix).T  # its columns in one piece each, as LAPACK wants them
        products[:, part] = found
    small = basis.T @ products
    values, vectors = eigh((small + small.T) / 2, subset_by_index=(size - k, size - 1))
    return values[::-1], basis @ vectors[:, ::-1]
