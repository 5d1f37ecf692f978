"""Images, and labels if there are any, in MNIST's file format (idx), plain or gzip.

Two zero bytes, one byte for the type of the values, one for the number of axes, then the length
of each axis as 4 bytes (big-endian), then the values. See http://yann.lecun.com/exdb/mnist/.
"""

import gzip
import math
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from aecluster.errors import InputError
from aecluster.sources.array_source import ArraySource
from aecluster.sources.classes import encode
from aecluster.sources.memory import check_memory
from aecluster.sources.paths import existing_file
from aecluster.sources.pixels import nhwc_shape
from aecluster.sources.source import About

_UNSIGNED_BYTE = 0x08
_GZIP_MAGIC = b"\x1f\x8b"
_IMAGE_AXES = (3, 4)
_LABEL_AXES = (1,)


def files(*, images: str | os.PathLike, labels: str | os.PathLike | None = None) -> dict:
    """Return the two files."""
    return {
        "images": [str(existing_file(images))],
        "labels": [] if labels is None else [str(existing_file(labels))],
    }


def count(*, images: str | os.PathLike, labels: str | os.PathLike | None = None) -> int:
    """Return the number of images, from the header of the file."""
    files(images=images, labels=labels)
    return _nhwc_shape(images)[0]


def shape(
    *, images: str | os.PathLike, labels: str | os.PathLike | None = None
) -> tuple[int, int, int]:
    """Return height, width and channels of an image, from the header of the file."""
    return _nhwc_shape(images)[1:]


def load(*, images: str | os.PathLike, labels: str | os.PathLike | None = None) -> ArraySource:
    """Read images and labels.

    Parameters
    ----------
    images : path
        Three axes (N, H, W), or four with a channel axis of 1 or 3.
    labels : path, optional
        One axis (N,).

    Raises
    ------
    InputError
        If a file is missing, truncated, or not in this format.
    """
    path = existing_file(images)
    source = ArraySource(_array(path, _IMAGE_AXES), str(path), About(str(images)))
    if labels is not None:
        path = existing_file(labels)
        source.labels, source.class_names = encode(
            _array(path, _LABEL_AXES), source.n_images, str(path)
        )
    return source


def _nhwc_shape(images: str | os.PathLike) -> tuple[int, int, int, int]:
    path = existing_file(images)
    with _opened(path) as file:
        return nhwc_shape(_shape_in_header(file, path, _IMAGE_AXES), str(path))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP_MAGIC
    try:
        with gzip.open(path) if zipped else path.open("rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path} is a broken gzip file ({error}); download it again.") from error


def _shape_in_header(file: BinaryIO, path: Path, axes: tuple[int, ...]) -> tuple[int, ...]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise InputError(
            f"{path} is not an idx file (MNIST's format): it starts with {magic.hex(' ')}, "
            "not with two zero bytes."
        )
    _, _, kind, n_axes = magic
    if kind != _UNSIGNED_BYTE:
        raise InputError(
            f"{path} holds values of type 0x{kind:02x}; only unsigned bytes (0x08) are read."
        )
    if n_axes not in axes:
        raise InputError(
            f"{path} has {n_axes} axes; images have 3 or 4 and labels 1: are the two swapped?"
        )
    header = file.read(4 * n_axes)
    if len(header) < 4 * n_axes:
        raise InputError(f"{path} ends within its header; download it again.")
    return struct.unpack(f">{n_axes}I", header)


def _array(path: Path, axes: tuple[int, ...]) -> np.ndarray:
    with _opened(path) as file:
        found = _shape_in_header(file, path, axes)
        check_memory(
            found, np.uint8, f"the values of {path}", "save them as .npy, which is read in parts"
        )
        n_values = math.prod(found)
        content = file.read(n_values + 1)  # no more than promised: a bomb stays folded
    if len(content) != n_values:
        has = len(content) if len(content) < n_values else f"more than {n_values}"
        raise InputError(
            f"{path} has {has} values, and its header promises {n_values} "
            f"({' x '.join(map(str, found))}); download it again."
        )
    return np.frombuffer(content, np.uint8).reshape(found)
