"""A source whose images are one array."""

from functools import cached_property

import numpy as np

from aecluster.sources.memory import check_memory
from aecluster.sources.pixels import factor_to_8bit, layout_of, scale_to_uint8, to_nhwc
from aecluster.sources.resizing import check_size, fit_all
from aecluster.sources.source import About, Source

_READ_AT_ONCE = 1024


class ArraySource(Source):
    """Images in an array, which may be memory-mapped.

    Parameters
    ----------
    array : ndarray, shape (N, H, W), (N, H, W, C) or (N, C, H, W), C = 1 or 3
        uint8, bool, uint16, floats in 0..1 or 0..255, or whole numbers in 0..255.
    where : str
        What the array is called in an error.
    about : About
    labels, class_names
        As in Source.

    Raises
    ------
    InputError
        If the shape is none of these; wrong values are found when they are first read.
    """

    def __init__(
        self,
        array: np.ndarray,
        where: str,
        about: About,
        labels: np.ndarray | None = None,
        class_names: list[str] | None = None,
    ):
        self._array = array
        self._images = to_nhwc(array, layout_of(array.shape, where))
        self._where = where
        self.n_images = len(array)
        self.shape = self._images.shape[1:]
        self.about = about
        self.labels = labels
        self.class_names = class_names

    def read(self, indices: np.ndarray, size: int | None, fit: str = "crop") -> np.ndarray:
        check_size(size)
        _, height, width, channels = self._images.shape
        sides = (height, width) if size is None else (size, size)
        shape = (len(indices), *sides, channels)
        check_memory(shape, np.uint8, f"the images of {self._where}", "set `limit` or `size`")
        images = np.empty(shape, np.uint8)
        for start in range(0, len(indices), _READ_AT_ONCE):
            chosen = self._images[indices[start : start + _READ_AT_ONCE]]
            chosen = scale_to_uint8(chosen, self._factor)
            images[start : start + _READ_AT_ONCE] = fit_all(chosen, size, fit)
        return images

    @cached_property
    def _factor(self) -> float:
        return factor_to_8bit(self._array, self._where)
