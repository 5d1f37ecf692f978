"""Patches cut on a grid from the two photographs that scikit-learn ships."""

import numpy as np
from PIL import Image

from aecluster.errors import InputError
from aecluster.sources.packaged import sklearn_data
from aecluster.sources.pixels import MIN_SIDE
from aecluster.sources.resizing import fit_all
from aecluster.sources.source import About, Source

_PHOTOS = ("flower.jpg", "china.jpg")  # in the order of the class names
_CLASS_NAMES = ["other", "scenery"]
_HEIGHT, _WIDTH = 427, 640
_ABOUT = About(
    source="patches of the photographs china.jpg and flower.jpg that scikit-learn ships",
    licence=(
        "CC BY 2.0; attribution in scikit-learn's datasets/images/README.txt: danielbuechele; "
        "from flickr.com/photos/danielbuechele/6061409035 (china.jpg) and "
        "flickr.com/photos/vultilion/6056698931 (flower.jpg)"
    ),
)


def files(*, patch: int = 32, stride: int = 14) -> dict:
    """Return no files: the photographs come with scikit-learn."""
    _check(patch, stride)
    return {"images": [], "labels": []}


def count(*, patch: int = 32, stride: int = 14) -> int:
    """Return the number of patches, by arithmetic."""
    rows, columns = _grid(patch, stride)
    return len(_PHOTOS) * rows * columns


def shape(*, patch: int = 32, stride: int = 14) -> tuple[int, int, int]:
    """Return height, width and channels of an image."""
    _check(patch, stride)
    return patch, patch, 3


def load(*, patch: int = 32, stride: int = 14) -> Source:
    """Open the photographs.

    Parameters
    ----------
    patch : int
        Side of a patch in pixels, 8 to 427.
    stride : int
        Distance between neighbouring patches in pixels, at least 1.

    Returns
    -------
    Source
        As many patches of the flower ("other") as of the park ("scenery"), in a seeded order.
    """
    return _Patches(patch, stride)


class _Patches(Source):
    def __init__(self, patch: int, stride: int):
        self._grid = (len(_PHOTOS), *_grid(patch, stride))
        photos = np.stack([_photo(name) for name in _PHOTOS])
        windows = np.lib.stride_tricks.sliding_window_view(photos, (patch, patch), axis=(1, 2))
        self._windows = np.moveaxis(windows[:, ::stride, ::stride], 3, -1)  # a view: no copies
        per_photo = self._grid[1] * self._grid[2]
        self.n_images = len(_PHOTOS) * per_photo
        self._order = np.random.default_rng(0).permutation(self.n_images)
        self.labels = np.repeat(np.arange(len(_PHOTOS)), per_photo)[self._order]
        self.class_names = list(_CLASS_NAMES)
        self.about = _ABOUT

    def read(self, indices: np.ndarray, size: int | None) -> np.ndarray:
        places = np.unravel_index(self._order[indices], self._grid)
        return fit_all(self._windows[places], size)


def _photo(name: str) -> np.ndarray:
    with Image.open(sklearn_data("images", name)) as image:
        return np.asarray(image)


def _grid(patch: int, stride: int) -> tuple[int, int]:
    _check(patch, stride)
    return (_HEIGHT - patch) // stride + 1, (_WIDTH - patch) // stride + 1


def _check(patch: int, stride: int) -> None:
    greatest = min(_HEIGHT, _WIDTH)
    if not MIN_SIDE <= patch <= greatest:
        raise InputError(
            f"patch: {patch} does not fit; photo_patches takes {MIN_SIDE} to {greatest} pixels."
        )
    if stride < 1:
        raise InputError(f"stride: {stride} does not step on; it is at least 1 pixel.")
