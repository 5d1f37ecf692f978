"""Patches of the two photographs that scikit-learn ships: on a grid, or any number at random."""

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
_BRIGHTNESS = 0.7, 1.3  # times that of the photograph: a million places are too few
_ABOUT = About(
    source="patches of the photographs china.jpg and flower.jpg that scikit-learn ships",
    licence=(
        "CC BY 2.0; attribution in scikit-learn's datasets/images/README.txt: danielbuechele; "
        "from flickr.com/photos/danielbuechele/6061409035 (china.jpg) and "
        "flickr.com/photos/vultilion/6056698931 (flower.jpg)"
    ),
)


def files(*, patch: int = 32, stride: int = 14, n_images: int | None = None) -> dict:
    """Return no files: the photographs come with scikit-learn."""
    _check(patch, stride, n_images)
    return {"images": [], "labels": []}


def count(*, patch: int = 32, stride: int = 14, n_images: int | None = None) -> int:
    """Return the number of patches, by arithmetic."""
    _check(patch, stride, n_images)
    return n_images or len(_PHOTOS) * _places(patch, stride)[0] * _places(patch, stride)[1]


def shape(
    *, patch: int = 32, stride: int = 14, n_images: int | None = None
) -> tuple[int, int, int]:
    """Return height, width and channels of an image."""
    _check(patch, stride, n_images)
    return patch, patch, 3


def load(*, patch: int = 32, stride: int = 14, n_images: int | None = None) -> Source:
    """Open the photographs.

    Parameters
    ----------
    patch : int
        Side of a patch in pixels, 8 to 427.
    stride : int
        Distance between neighbouring patches in pixels, at least 1.
    n_images : int or None
        So many patches from random places, each mirrored or not and of a brightness of its own,
        instead of those of the grid; `stride` has no say. All is seeded.

    Returns
    -------
    Source
        As many patches of the flower ("other") as of the park ("scenery"), in a seeded order.
    """
    _check(patch, stride, n_images)
    return _OnGrid(patch, stride) if n_images is None else _AtRandom(patch, n_images)


class _Patches(Source):
    """Patches of which `photo` says from which photograph each is: 0 or 1, shape (N,)."""

    def __init__(self, patch: int, photo: np.ndarray):
        photos = np.stack([_photo(name) for name in _PHOTOS])
        windows = np.lib.stride_tricks.sliding_window_view(photos, (patch, patch), axis=(1, 2))
        self._windows = np.moveaxis(windows, 3, -1)  # a view: no copies
        self.n_images = len(photo)
        self.labels = photo.astype(np.int64)
        self.class_names = list(_CLASS_NAMES)
        self.about = _ABOUT


class _OnGrid(_Patches):
    def __init__(self, patch: int, stride: int):
        self._grid = (len(_PHOTOS), *_places(patch, stride))
        n_images = int(np.prod(self._grid))
        self._order = np.random.default_rng(0).permutation(n_images)
        super().__init__(patch, np.repeat([0, 1], n_images // 2)[self._order])
        self._windows = self._windows[:, ::stride, ::stride]

    def read(self, indices: np.ndarray, size: int | None, fit: str = "crop") -> np.ndarray:
        places = np.unravel_index(self._order[indices], self._grid)
        return fit_all(self._windows[places], size, fit)


class _AtRandom(_Patches):
    def __init__(self, patch: int, n_images: int):
        rng = np.random.default_rng(0)
        super().__init__(patch, rng.permutation(np.arange(n_images) % len(_PHOTOS)))
        rows, columns = _places(patch, 1)
        self._row = rng.integers(0, rows, n_images)
        self._column = rng.integers(0, columns, n_images)
        self._mirrored = rng.random(n_images) < 0.5
        self._brightness = rng.uniform(*_BRIGHTNESS, n_images).astype(np.float32)

    def read(self, indices: np.ndarray, size: int | None, fit: str = "crop") -> np.ndarray:
        places = self.labels[indices], self._row[indices], self._column[indices]
        pixels = self._windows[places]
        mirrored = self._mirrored[indices]
        pixels[mirrored] = pixels[mirrored, :, ::-1]
        brighter = pixels * self._brightness[indices, None, None, None]
        return fit_all(np.minimum(np.rint(brighter), 255).astype(np.uint8), size, fit)


def _photo(name: str) -> np.ndarray:
    with Image.open(sklearn_data("images", name)) as image:
        return np.asarray(image)


def _places(patch: int, stride: int) -> tuple[int, int]:
    """Return in how many rows and columns of a photograph a patch can lie."""
    return (_HEIGHT - patch) // stride + 1, (_WIDTH - patch) // stride + 1


def _check(patch: int, stride: int, n_images: int | None) -> None:
    greatest = min(_HEIGHT, _WIDTH)
    if not MIN_SIDE <= patch <= greatest:
        raise InputError(f"patch must be from {MIN_SIDE} to {greatest} pixels, but is {patch}.")
    if stride < 1:
        raise InputError(f"stride must be at least 1 pixel, but is {stride}.")
    if n_images is not None and not (isinstance(n_images, int) and n_images >= 1):
        raise InputError(f"n_images must be a whole number of at least 1, but is {n_images}.")
