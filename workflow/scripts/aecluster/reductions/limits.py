"""Sentences for dimensions that a reduction cannot give."""

from aecluster.errors import InputError


def check_dim(dim: int, n_samples: int, n_features: int | None) -> None:
    """Refuse more dimensions than there are features or images.

    Raises
    ------
    InputError
    """
    if n_features is not None and dim > n_features:
        raise InputError(
            f"dim is {dim}, but its input has only {n_features} dimensions; lower dim to at most "
            f"{n_features}, or raise latent_dim of the model."
        )
    if dim > n_samples:
        raise InputError(
            f"dim is {dim}, but there are only {n_samples} images; lower dim to at most "
            f"{n_samples}, or raise the limit of the data set."
        )
