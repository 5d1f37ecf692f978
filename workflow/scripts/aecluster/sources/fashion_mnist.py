"""Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 70,000 pieces of clothing, 28 x 28, grey, ten
classes; the 60,000 training images, then the 10,000 test images.

Debian's package dataset-fashion-mnist installs the four files where they are looked for first.
"""

import os
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.sources import idx
from aecluster.sources.array_source import ArraySource
from aecluster.sources.source import About

_PARTS = ("train", "t10k")
_CLASSES = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
]  # fmt: skip
_ABOUT = About(source="Fashion-MNIST", licence="MIT (Zalando SE)")


def files(*, path: str | os.PathLike = "/usr/share/datasets/fashion-mnist") -> dict:
    """Return the files of images and of labels.

    Raises
    ------
    InputError
        If one of the four is not in the folder `path`.
    """
    found = {
        kind: [Path(path, f"{part}-{kind}-idx{axes}-ubyte.gz") for part in _PARTS]
        for kind, axes in (("images", 3), ("labels", 1))
    }
    missing = [file for files in found.values() for file in files if not file.exists()]
    if missing:
        raise InputError(
            f"{missing[0]} does not exist; install Debian's package dataset-fashion-mnist, or give "
            "the folder of the four files of Fashion-MNIST as `path`."
        )
    return {kind: list(map(str, files)) for kind, files in found.items()}


def count(*, path: str | os.PathLike = "/usr/share/datasets/fashion-mnist") -> int:
    """Return the number of images, from the headers of the files."""
    return sum(idx.count(images=file) for file in files(path=path)["images"])


def shape(*, path: str | os.PathLike = "/usr/share/datasets/fashion-mnist") -> tuple[int, int, int]:
    """Return (height, width, channels) of all images."""
    return (28, 28, 1)


def load(*, path: str | os.PathLike = "/usr/share/datasets/fashion-mnist") -> ArraySource:
    """Read images and labels from the folder `path`.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    found = files(path=path)
    parts = [
        idx.load(images=images, labels=labels)
        for images, labels in zip(found["images"], found["labels"], strict=True)
    ]
    return ArraySource(
        np.concatenate([part.read(np.arange(part.n_images), None) for part in parts]),
        str(path),
        _ABOUT,
        labels=np.concatenate([part.labels for part in parts]),
        class_names=_CLASSES,
    )
