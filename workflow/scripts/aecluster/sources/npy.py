"""Images, and labels if there are any, in .npy files (numpy.save)."""

import os
import zipfile
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_array
from aecluster.sources.array_source import ArraySource
from aecluster.sources.classes import encode
from aecluster.sources.paths import existing_file
from aecluster.sources.pixels import layout_of, nhwc_shape
from aecluster.sources.source import About


def files(*, images: str | os.PathLike, labels: str | os.PathLike | None = None) -> dict:
    """Return the two files."""
    return {
        "images": [str(existing_file(images))],
        "labels": [] if labels is None else [str(existing_file(labels))],
    }


def count(*, images: str | os.PathLike, labels: str | os.PathLike | None = None) -> int:
    """Return the number of images, from the header of the file."""
    files(images=images, labels=labels)
    return _shape(images)[0]


def shape(
    *, images: str | os.PathLike, labels: str | os.PathLike | None = None
) -> tuple[int, int, int]:
    """Return height, width and channels of an image, from the header of the file."""
    return nhwc_shape(_shape(images), str(existing_file(images)))[1:]


def load(*, images: str | os.PathLike, labels: str | os.PathLike | None = None) -> ArraySource:
    """Open the images without reading them, and read the labels.

    Parameters
    ----------
    images : path
        (N, H, W), (N, H, W, C) or (N, C, H, W); see ArraySource for the types.
    labels : path, optional
        (N,), whole numbers or text; see classes.encode.

    Raises
    ------
    InputError
        If a file is missing, broken, or not of these shapes and types.
    """
    path = existing_file(images)
    source = ArraySource(_array(path), str(path), About(str(images)))
    if labels is not None:
        labels = existing_file(labels)
        source.labels, source.class_names = encode(_array(labels), source.n_images, str(labels))
    return source


def _shape(images: str | os.PathLike) -> tuple[int, ...]:
    path = existing_file(images)
    array = _array(path)
    layout_of(array.shape, str(path))
    return array.shape


def _array(path: Path) -> np.ndarray:
    if zipfile.is_zipfile(path):
        raise InputError(f"{path} is an .npz archive; use `source: npz` with `path: {path}`.")
    return load_array(path, mmap=True)
