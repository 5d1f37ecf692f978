"""CIFAR-10 and CIFAR-100 in their binary version.

A file is a row of records: one label byte (CIFAR-10) or two, coarse and fine (CIFAR-100), then
32 x 32 red, green and blue values. See https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import numpy as np

from aecluster.errors import InputError
from aecluster.sources.array_source import ArraySource
from aecluster.sources.memory import check_memory
from aecluster.sources.paths import existing_file
from aecluster.sources.source import About

_LONGEST_TEXT = 100_000  # bytes, of class names and of the headers of an archive
_MOST_MEMBERS = 1000
_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_PIXELS = 3 * 32 * 32
_SHAPE = (3, 32, 32)


@dataclass(frozen=True)
class _Version:
    name: str
    data: re.Pattern  # file names, training before test when sorted by `_in_order`
    label_files: dict[str, str]  # kind of labels -> file with the class names, in byte order
    n_classes: dict[str, int]

    @property
    def record(self) -> int:
        return len(self.label_files) + _PIXELS


_CIFAR10 = _Version(
    "CIFAR-10",
    re.compile(r"(data_batch_\d+|test_batch)\.bin"),
    {"fine": "batches.meta.txt"},
    {"fine": 10},
)
_CIFAR100 = _Version(
    "CIFAR-100",
    re.compile(r"(train|test)\.bin"),
    {"coarse": "coarse_label_names.txt", "fine": "fine_label_names.txt"},
    {"coarse": 20, "fine": 100},
)
_VERSIONS = (_CIFAR10, _CIFAR100)


@dataclass(frozen=True)
class _File:
    """A data or class-name file, wherever it lies."""

    name: str
    n_bytes: int
    open: Callable[[], BinaryIO]


def files(*, path: str | os.PathLike, labels: str = "fine") -> dict:
    """Return the archive, or the data and class-name files."""
    path = Path(path).expanduser()
    if path.is_dir():
        with _content(path) as found:
            version, data = _data_files(path, found)
            wanted = [file.name for file in data]
            wanted += [name for name in version.label_files.values() if name in found]
        paths = [str(path / name) for name in wanted]
    else:
        paths = [str(existing_file(path))]
    return {"images": paths, "labels": paths}


def count(*, path: str | os.PathLike, labels: str = "fine") -> int:
    """Return the number of images, from the sizes of the files."""
    path = Path(path).expanduser()
    with _content(path) as found:
        version, data = _data_files(path, found)
        _label_position(version, labels)
        return sum(_n_records(file, version, path) for file in data)


def shape(*, path: str | os.PathLike, labels: str = "fine") -> tuple[int, int, int]:
    """Return height, width and channels of an image."""
    channels, height, width = _SHAPE
    return height, width, channels


def load(*, path: str | os.PathLike, labels: str = "fine") -> ArraySource:
    """Read images and labels, training images first.

    Parameters
    ----------
    path : path
        The archive as downloaded (cifar-10-binary.tar.gz, cifar-100-binary.tar.gz), the unpacked
        folder, or one .bin file. An archive is read in place, nothing is unpacked to disk.
    labels : {"fine", "coarse"}
        The 100 classes or the 20 groups of CIFAR-100; CIFAR-10 has fine labels only.

    Returns
    -------
    ArraySource
        Class names come from the files beside the data; they are numbers if there are none.

    Raises
    ------
    InputError
        If files are missing, truncated, or of another version.
    """
    path = Path(path).expanduser()
    with _content(path) as found:
        version, data = _data_files(path, found)
        position = _label_position(version, labels)
        records = _records(data, version, path)
        class_names = _class_names(found, version, labels, path)
    values = records[:, position].astype(np.int64)
    if values.max() >= len(class_names):
        raise InputError(
            f"{path} has the label {values.max()}, and {version.name} has {len(class_names)} "
            f"{labels} classes; is it another file format?"
        )
    return ArraySource(
        records[:, -_PIXELS:].reshape(-1, *_SHAPE),
        str(path),
        About(
            source=f"{version.name} ({path.name})",
            licence="none stated; cite A. Krizhevsky, Learning Multiple Layers of Features from "
            "Tiny Images, 2009",
        ),
        labels=values,
        class_names=class_names,
    )


@contextmanager
def _content(path: Path) -> Iterator[dict[str, _File]]:
    """Give the files that may matter, by name."""
    if path.is_dir():
        yield {file.name: _on_disk(file) for file in path.iterdir() if file.is_file()}
        return
    existing_file(path)
    if path.suffix == ".bin":
        beside = [name for version in _VERSIONS for name in version.label_files.values()]
        candidates = [path, *(path.with_name(name) for name in beside)]
        yield {file.name: _on_disk(file) for file in candidates if file.is_file()}
        return
    try:
        with tarfile.open(path, tarinfo=_Member) as archive:
            yield _in_archive(archive)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(":")
        raise InputError(
            f"{path} is not a whole CIFAR archive ({reason}); give the .tar.gz of the binary "
            "version, its unpacked folder, or a .bin file."
        ) from error


class _Member(tarfile.TarInfo):
    """A member with a short header: tarfile keeps headers in memory, however long they are."""

    @classmethod
    def frombuf(cls, buf: bytes, encoding: str, errors: str) -> "_Member":
        member = super().frombuf(buf, encoding, errors)
        if member.type in _HEADERS and member.size > _LONGEST_TEXT:
            raise tarfile.ReadError(f"it has a header of {member.size} bytes")
        if member.type == tarfile.GNUTYPE_SPARSE:
            raise tarfile.ReadError("it holds a sparse file")
        return member


def _on_disk(path: Path) -> _File:
    return _File(path.name, path.stat().st_size, lambda: path.open("rb"))


def _in_archive(archive: tarfile.TarFile) -> dict[str, _File]:
    found = {}
    for number, member in enumerate(archive, start=1):
        if number > _MOST_MEMBERS:
            raise tarfile.ReadError(f"it holds more than {_MOST_MEMBERS} files")
        name = PurePosixPath(member.name).name
        if not member.isfile() or name.startswith("."):
            continue
        if name in found:
            raise InputError(
                f"{archive.name} holds {name} twice; give the official archive of one version."
            )
        found[name] = _File(name, member.size, lambda member=member: archive.extractfile(member))
    return found


def _data_files(path: Path, found: dict[str, _File]) -> tuple[_Version, list[_File]]:
    """Tell the version, and the data files in order."""
    by_version = {
        version.name: [file for name, file in found.items() if version.data.fullmatch(name)]
        for version in _VERSIONS
    }
    versions = [version for version in _VERSIONS if by_version[version.name]]
    if len(versions) > 1:
        raise InputError(
            f"{path} holds files of both CIFAR-10 and CIFAR-100; keep them in two folders."
        )
    if versions:
        return versions[0], sorted(by_version[versions[0].name], key=_in_order)
    if path.suffix == ".bin":
        return _version_by_length(path, found[path.name]), [found[path.name]]
    if any(re.fullmatch(r"data_batch_\d+|test_batch|train|test", name) for name in found):
        raise InputError(
            f"{path} is the Python version of CIFAR (pickle), which is not read for safety; "
            "download the binary version."
        )
    raise InputError(
        f"{path} holds no CIFAR data; data_batch_*.bin and test_batch.bin (CIFAR-10) or train.bin "
        "and test.bin (CIFAR-100) are looked for, in the folder itself."
    )


def _in_order(file: _File) -> tuple[bool, int]:
    """Sort key: training before test, then by number."""
    number = re.search(r"\d+", file.name)
    return file.name.startswith("test"), int(number.group()) if number else 0


def _version_by_length(path: Path, file: _File) -> _Version:
    versions = [v for v in _VERSIONS if file.n_bytes and file.n_bytes % v.record == 0]
    if len(versions) != 1:
        raise InputError(
            f"{path} has {file.n_bytes} bytes, which does not tell its version: CIFAR-10 has "
            f"records of {_CIFAR10.record} bytes and CIFAR-100 of {_CIFAR100.record}; "
            "give it its official name (data_batch_1.bin, train.bin, ...)."
        )
    return versions[0]


def _label_position(version: _Version, labels: str) -> int:
    if labels not in version.label_files:
        raise InputError(
            f"labels: {labels} is not in {version.name}; it has {' and '.join(version.label_files)}"
            " labels."
        )
    return list(version.label_files).index(labels)


def _n_records(file: _File, version: _Version, path: Path) -> int:
    if file.n_bytes == 0 or file.n_bytes % version.record:
        raise InputError(
            f"{file.name} ({path}) has {file.n_bytes} bytes, not a number of whole "
            f"{version.name} records of {version.record} bytes; download it again."
        )
    return file.n_bytes // version.record


def _records(data: list[_File], version: _Version, path: Path) -> np.ndarray:
    counts = [_n_records(file, version, path) for file in data]
    size = (sum(counts), version.record)
    check_memory(size, np.uint8, f"the images of {path}", "give fewer files")
    records = np.empty(size, np.uint8)
    start = 0
    for file, n in zip(data, counts, strict=True):
        with file.open() as stream:
            n_bytes = stream.readinto(memoryview(records[start : start + n]).cast("B"))
        if n_bytes != file.n_bytes:
            raise InputError(f"{file.name} ({path}) ends early; download it again.")
        start += n
    return records


def _class_names(found: dict[str, _File], version: _Version, labels: str, path: Path) -> list[str]:
    file = found.get(version.label_files[labels])
    if file is None:
        return [str(number) for number in range(version.n_classes[labels])]
    with file.open() as stream:
        text = stream.read(_LONGEST_TEXT + 1)
    try:
        if len(text) > _LONGEST_TEXT:
            raise ValueError(f"more than {_LONGEST_TEXT} bytes")
        lines = text.decode("utf-8").splitlines()
    except ValueError as error:
        raise InputError(
            f"{file.name} ({path}) is no list of class names ({error}); download it again."
        ) from error
    return [line.strip() for line in lines if line.strip()]
