"""Images, and labels if there are any, as members of one .npz archive (numpy.savez)."""

import lzma
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import array_header
from aecluster.sources.array_source import ArraySource
from aecluster.sources.classes import encode
from aecluster.sources.memory import check_memory
from aecluster.sources.paths import existing_file
from aecluster.sources.pixels import nhwc_shape
from aecluster.sources.source import About

_DEFAULT_LABELS = "labels"

# What zipfile and its decompressors raise for an archive that is cut off, altered or encrypted.
_DAMAGE = (
    ValueError,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    lzma.LZMAError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


def files(*, path: str | os.PathLike, images: str = "images", labels: str = "labels") -> dict:
    """Return the archive, for images and for labels; `fingerprints` tells the two apart."""
    archive = [str(existing_file(path))]
    return {"images": archive, "labels": archive}


def fingerprints(
    *, path: str | os.PathLike, images: str = "images", labels: str = "labels"
) -> dict[str, str]:
    """Return the checksum of each member, from the archive's directory alone.

    Returns
    -------
    dict
        "images" and "labels": CRC-32 in hexadecimal, "" for absent labels.
    """
    with _opened(path) as archive:
        members = {
            "images": _member(archive, images, "images"),
            "labels": _labels_member(archive, labels),
        }
    return {key: f"{member.CRC:08x}" if member else "" for key, member in members.items()}


def count(*, path: str | os.PathLike, images: str = "images", labels: str = "labels") -> int:
    """Return the number of images, from the header of the member."""
    return _nhwc_shape(path, images, labels)[0]


def shape(
    *, path: str | os.PathLike, images: str = "images", labels: str = "labels"
) -> tuple[int, int, int]:
    """Return height, width and channels of an image, from the header of the member."""
    return _nhwc_shape(path, images, labels)[1:]


def load(*, path: str | os.PathLike, images: str = "images", labels: str = "labels") -> ArraySource:
    """Read images and labels.

    Parameters
    ----------
    path : path
    images : str
        The member with the images; shapes and types as in ArraySource.
    labels : str
        The member with the labels; see classes.encode. Under its default name it may be absent.

    Raises
    ------
    InputError
        If the archive or a member is missing, broken, or not of these shapes and types.
    """
    with _opened(path) as archive:
        member = _member(archive, images, "images")
        source = ArraySource(_array(archive, member), _where(archive, member), About(str(path)))
        member = _labels_member(archive, labels)
        if member is not None:
            source.labels, source.class_names = encode(
                _array(archive, member), source.n_images, _where(archive, member)
            )
    return source


def _nhwc_shape(path: str | os.PathLike, images: str, labels: str) -> tuple[int, int, int, int]:
    with _opened(path) as archive:
        member = _member(archive, images, "images")
        _labels_member(archive, labels)
        with archive.open(member) as file:
            found, _ = array_header(file)
        return nhwc_shape(found, _where(archive, member))


@contextmanager
def _opened(path: str | os.PathLike) -> Iterator[zipfile.ZipFile]:
    path = existing_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGE as error:
        raise InputError(
            f"{path} is not a whole .npz archive of plain numbers ({error}); "
            "write it again with numpy.savez."
        ) from error


def _member(archive: zipfile.ZipFile, name: str, key: str) -> zipfile.ZipInfo:
    members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    if name not in members:
        raise InputError(
            f"{archive.filename} has no member '{name}'; it has {', '.join(sorted(members))}: "
            f"name the one with the {key} as `{key}:`."
        )
    return members[name]


def _labels_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    if name == _DEFAULT_LABELS and f"{name}.npy" not in archive.namelist():
        return None
    return _member(archive, name, "labels")


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as file:
        found, dtype = array_header(file)
        check_memory(
            found,
            dtype,
            f"the values of {_where(archive, member)}",
            "save them as .npy, which is read in parts, and use `source: npy`",
        )
        file.seek(0)
        return np.lib.format.read_array(file, allow_pickle=False)


def _where(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    return f"'{member.filename.removesuffix('.npy')}' in {Path(archive.filename)}"
