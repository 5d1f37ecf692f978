"""Apply a reduction by its name."""

import numpy as np

from aecluster.errors import InputError
from aecluster.methods import build, check_sizes
from aecluster.reductions.approximation import large


def reduce(
    features: np.ndarray, method: str, dim: int | None, params: dict, random_state: int
) -> np.ndarray:
    """Reduce features.

    Parameters
    ----------
    features : ndarray of float32, shape (N, D)
        May be memory-mapped.
    method, dim, params
        As in the config.
    random_state : int

    Returns
    -------
    embedding : ndarray of float32, shape (N, dim)

    Raises
    ------
    InputError
        If the method refuses its input, or what it gives is not finite or not of that shape.
    """
    n_samples, n_features = features.shape
    sizes = {"n_samples": n_samples, "n_features": n_features, "dim": dim}
    check_sizes("reductions", method, params, **sizes)
    in_blocks = large(method, n_samples)
    if in_blocks:
        arguments = {"random_state": random_state, **params, "dim": dim}
        estimator = in_blocks.make_large(**arguments)
    else:
        features = np.array(features)  # a method may write to it
        estimator = build("reductions", method, random_state, params, dim=dim)
    if not hasattr(estimator, "fit_transform"):
        raise InputError(f"method {method} has no fit_transform(X), so it is not a reduction.")
    try:
        embedding = np.asarray(estimator.fit_transform(features), dtype=np.float32)
    except ValueError as error:
        raise InputError(f"method {method} refuses its input: {error}") from error
    wanted = (len(features), embedding.shape[-1] if dim is None else dim)
    if embedding.shape != wanted:
        raise InputError(
            f"method {method} gave an array of shape {embedding.shape} instead of {wanted}."
        )
    if not np.isfinite(embedding).all():
        raise InputError(f"method {method} gave numbers that are not finite; change its params.")
    return embedding
