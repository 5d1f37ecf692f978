"""The loss of word2vec's skip-gram model and its gradients, in closed form.

Mikolov et al. (2013), "Efficient estimation of word representations in vector space". For an
input x (one-hot of the centre word, or any vector), W (vocabulary, hidden), V = W' (hidden,
vocabulary) and the words C around it, with repeats counted as often as they stand there:

    h = W^T x,    u = V^T h,    s = softmax(u)
    L = -log prod_{c in C} s_c = |C| log sum_k exp(u_k) - sum_{c in C} u_c
    e_k = dL/du_k = |C| s_k - n_k,    n_k = how often word k is in C
    dL/dV_ij = h_i e_j
    dL/dW_ij = x_i sum_k V_jk e_k

Softmax and the logarithm are taken of u - max(u), so no exponential overflows.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import logsumexp, softmax

from aecluster.errors import InputError


def loss(W: np.ndarray, V: np.ndarray, x: np.ndarray, context: Sequence[int]) -> float:
    """Return L = |C| log sum exp(u) - sum of u over C.

    Parameters
    ----------
    W
        Input weights (vocabulary, hidden).
    V
        Output weights (hidden, vocabulary), W' in the equations.
    x
        Input vector (vocabulary,).
    context
        Indices of the words around the centre word, at least one; a word may stand there twice.

    Raises
    ------
    InputError
        If the shapes do not fit, or an index is no word of the vocabulary.
    """
    W, V, x, context = checked(W, V, x, context)
    u = V.T @ (W.T @ x)
    return float(len(context) * logsumexp(u) - u[context].sum())


def gradients(
    W: np.ndarray, V: np.ndarray, x: np.ndarray, context: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return dL/dW (vocabulary, hidden) and dL/dV (hidden, vocabulary); see `loss`."""
    W, V, x, context = checked(W, V, x, context)
    h = W.T @ x
    e = len(context) * softmax(V.T @ h) - np.bincount(context, minlength=len(x))
    return np.outer(x, V @ e), np.outer(h, e)


def checked(
    W: np.ndarray, V: np.ndarray, x: np.ndarray, context: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Give all four as float64 and integer arrays, or raise InputError."""
    W, V, x = (np.asarray(array, dtype=np.float64) for array in (W, V, x))
    if W.ndim != 2 or V.shape != W.shape[::-1] or x.shape != W.shape[:1]:
        raise InputError(
            f"W, V and x have shapes {W.shape}, {V.shape} and {x.shape}; expected "
            "(vocabulary, hidden), (hidden, vocabulary) and (vocabulary,)."
        )
    context = np.asarray(context)
    if context.ndim != 1 or len(context) == 0 or context.dtype.kind not in "iu":
        raise InputError(
            f"context is an array of {context.dtype} and shape {context.shape}; "
            "expected a list of at least one whole number."
        )
    if context.min() < 0 or context.max() >= len(x):
        raise InputError(
            f"context has the words {context.min()} to {context.max()}; "
            f"the vocabulary has 0 to {len(x) - 1}."
        )
    return W, V, x, context
