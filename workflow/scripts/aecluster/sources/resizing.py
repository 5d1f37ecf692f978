"""Pictures of any shape made square."""

import numpy as np
from PIL import Image

from aecluster.errors import InputError
from aecluster.sources.pixels import MIN_SIDE


def check_size(size: int | None) -> None:
    """Raise InputError if a wanted size is too small; None means as it is."""
    if size is not None and size < MIN_SIDE:
        raise InputError(f"size: {size} is too small; images need at least {MIN_SIDE} pixels.")


def squared(image: Image.Image, size: int, fit: str = "crop") -> Image.Image:
    """Return an image in mode L or RGB as size x size pixels.

    Parameters
    ----------
    image : Image
    size : int
    fit : {"crop", "pad", "stretch"}
        The middle square alone; or the whole image, at its proportions between borders that repeat
        its outermost pixels (a border of one colour would be what all images of a shape have in
        common, and make groups of shapes); or the whole image, squeezed.
    """
    if image.size == (size, size):
        return image
    if fit == "stretch":
        return _resized(image, (size, size))
    if fit == "pad":
        return _padded(_resized(image, inner_sides(image.size, size, fit)), size)
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return _resized(image.crop((left, top, left + side, top + side)), (size, size))


def inner_sides(sides: tuple[int, int], size: int, fit: str) -> tuple[int, int]:
    """Return width and height to which `squared` resizes an image, or the square it cuts out."""
    if fit != "pad":
        return size, size
    longest = max(sides)
    return tuple(max(1, round(side * size / longest)) for side in sides)


def fit_all(images: np.ndarray, size: int | None, fit: str = "crop") -> np.ndarray:
    """Apply `squared` to each image.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, H, W, C)
    size : int or None
        None leaves the images as they are.
    fit : {"crop", "pad", "stretch"}

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
        place[:] = from_image(squared(to_image(image), size, fit))
    return fitted


def to_image(pixels: np.ndarray) -> Image.Image:
    """Return pixels of shape (H, W, C) as an image in mode L or RGB."""
    return Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels))


def from_image(image: Image.Image) -> np.ndarray:
    """Return an image in mode L or RGB as uint8 of shape (H, W, C)."""
    pixels = np.asarray(image)
    return pixels[..., np.newaxis] if pixels.ndim == 2 else pixels


def _resized(image: Image.Image, sides: tuple[int, int]) -> Image.Image:
    # reducing_gap averages whole blocks of pixels first: nearly the same pixels, far faster
    return image.resize(sides, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _padded(image: Image.Image, size: int) -> Image.Image:
    borders = [((size - side) // 2, size - side - (size - side) // 2) for side in image.size[::-1]]
    return to_image(np.pad(from_image(image), [*borders, (0, 0)], mode="edge"))
