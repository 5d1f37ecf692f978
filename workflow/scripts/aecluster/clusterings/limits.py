"""The sentence for params that count more images than there are."""

from aecluster.errors import InputError


def check_images(param: str, value: int, n_samples: int) -> None:
    """Refuse a param that is larger than the number of images.

    Raises
    ------
    InputError
    """
    if value > n_samples:
        raise InputError(
            f"params.{param} is {value}, but there are only {n_samples} images; lower it."
        )
