"""The 1797 handwritten digits of scikit-learn: 8 x 8, grey, ten classes.

A copy of the test set of "Optical Recognition of Handwritten Digits" (Alpaydin & Kaynak 1998),
https://archive.ics.uci.edu/dataset/80.
"""

import numpy as np

from aecluster.sources.array_source import ArraySource
from aecluster.sources.packaged import sklearn_data
from aecluster.sources.source import About

_N_IMAGES = 1797
_SIDE = 8
_GREATEST_VALUE = 16
_ABOUT = About(
    source="scikit-learn's digits, from UCI's Optical Recognition of Handwritten Digits",
    licence="CC BY 4.0 (E. Alpaydin and C. Kaynak; archive.ics.uci.edu/dataset/80)",
)


def files() -> dict:
    """Return no files: the data come with scikit-learn."""
    return {"images": [], "labels": []}


def count() -> int:
    """Return the number of images."""
    return _N_IMAGES


def shape() -> tuple[int, int, int]:
    """Return height, width and channels of an image."""
    return _SIDE, _SIDE, 1


def load() -> ArraySource:
    """Read images, with values 0..16 scaled to 0..255, and labels."""
    table = np.loadtxt(sklearn_data("data", "digits.csv.gz"), delimiter=",", dtype=np.uint8)
    pixels = np.rint(table[:, :-1] * (255 / _GREATEST_VALUE)).astype(np.uint8)
    return ArraySource(
        pixels.reshape(-1, _SIDE, _SIDE),
        "the digits",
        _ABOUT,
        labels=table[:, -1].astype(np.int64),
        class_names=[str(digit) for digit in range(10)],
    )
