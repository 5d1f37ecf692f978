"""Centre crop to a square, and resize."""

import numpy as np
from PIL import Image

from aecluster.errors import InputError
from aecluster.sources.pixels import MIN_SIDE


def check_size(size: int | None) -> None:
    """Raise InputError if a wanted size is too small; None means as it is."""
    if size is not None and size < MIN_SIDE:
        raise InputError(f"size: {size} is too small; images need at least {MIN_SIDE} pixels.")


def fit(image: Image.Image, size: int) -> Image.Image:
    """Return the centre square of an image in mode L or RGB as size x size pixels."""
    if image.size == (size, size):
        return image
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    # reducing_gap averages whole blocks of pixels first: nearly the same pixels, far faster
    return square.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)


def fit_all(images: np.ndarray, size: int | None) -> np.ndarray:
    """Apply `fit` to each image.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, H, W, C)
    size : int or None
        None leaves the images as they are.

    Returns
    -------
    ndarray of uint8, shape (n, size, size, C)
    """
    check_size(size)
    n, height, width, channels = images.shape
    if size is None or (height, width) == (size, size):
        return images
    fitted = np.empty((n, size, size, channels), np.uint8)
    for image, place in zip(images, fitted, strict=True):
        place[:] = from_image(fit(to_image(image), size))
    return fitted


def to_image(pixels: np.ndarray) -> Image.Image:
    """Return pixels of shape (H, W, C) as an image in mode L or RGB."""
    return Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels))


def from_image(image: Image.Image) -> np.ndarray:
    """Return an image in mode L or RGB as uint8 of shape (H, W, C)."""
    pixels = np.asarray(image)
    return pixels[..., np.newaxis] if pixels.ndim == 2 else pixels
