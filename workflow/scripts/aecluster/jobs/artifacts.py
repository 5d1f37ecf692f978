"""Files of results/: written whole or not at all, read as they were written, without pickle."""

import glob
import json
import math
import os
import shutil
import socket
import time
import tokenize
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
import psutil

from aecluster.errors import NO_ROOM, InputError
from aecluster.jobs.checksums import checksum_file, sha256, verified

# What numpy.load raises for a file that is cut off, altered or not its own.
_DAMAGE = (
    ValueError,
    EOFError,
    OSError,
    MemoryError,
    OverflowError,
    RecursionError,
    SyntaxError,
    tokenize.TokenError,
    zipfile.BadZipFile,
)
# First characters of a formula, the wide ones in East Asian spreadsheets:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_LONGEST_HEADER = 10_000  # bytes; as in numpy.load, which reads a longer one before it refuses it


@contextmanager
def written_whole(path: str | os.PathLike) -> Iterator[Path]:
    """Give a path to write to, and rename it to `path` when the block ends without an error.

    A checksum is kept beside the file, for `verified`. It is written last and an old one goes
    first: a process that is killed in between leaves a whole file without a checksum, never one
    beside a file that it does not belong to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as draft:
        yield draft
        checksum = sha256(draft)
        checksum_file(path).unlink(missing_ok=True)
    with replaced(checksum_file(path)) as draft:
        draft.write_text(f"{checksum}  {path.name}\n", encoding="utf-8")


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give the path of a draft, and rename it to `path` when the block ends without an error.

    The draft lies beside its destination, so that the rename is atomic; it keeps the suffix of
    `path`, for writers that choose a format by it. It is removed when the block fails, and one
    that a killed process left behind is removed by the next that writes the same file. Two
    processes that write the same file, be it on two machines, do not touch each other's drafts.
    """
    for other in path.parent.glob(f".{glob.escape(path.stem)}.*.draft{path.suffix}"):
        if _abandoned(other):
            other.unlink(missing_ok=True)
    writer = f"{socket.gethostname()}-{os.getpid()}"
    draft = path.with_name(f".{path.stem}.{writer}.draft{path.suffix}")
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        if error.errno in NO_ROOM:
            error.filename = str(path)  # a write to an open file does not say where
        raise
    finally:
        draft.unlink(missing_ok=True)


def _abandoned(draft: Path) -> bool:
    """Return whether no process writes to a draft: on another machine, none for an hour."""
    start, _, pid = draft.name.partition(".draft")[0].rpartition("-")
    if not pid.isdigit():
        return True  # not named by a living version of this module
    if start.endswith(f".{socket.gethostname()}"):
        return not _running(int(pid))
    try:
        return time.time() - draft.stat().st_mtime > 3600
    except FileNotFoundError:
        return False


def _running(pid: int) -> bool:
    """Return whether a process runs: one that was killed may wait for its parent to notice."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def save_array(path: str | os.PathLike, array: np.ndarray) -> None:
    """Save an array as .npy, in C order."""
    # Into a file opened for both, NumPy writes by way of Python, which says why it cannot.
    with written_whole(path) as draft, draft.open("w+b") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)


def save_rows(path: str | os.PathLike, blocks: Iterable[np.ndarray], n_rows: int | None) -> None:
    """Save arrays below each other as one .npy, the bytes of `save_array`; one at a time is held.

    Parameters
    ----------
    blocks : iterable of ndarray, shape (n, ...)
        One at least; all of the first one's type.
    n_rows : int or None
        Of all of them together; None where only their end tells.

    Raises
    ------
    ValueError
        If they are not so many.
    """
    blocks = iter(blocks)
    first = next(blocks)
    header = {"descr": first.dtype.str, "fortran_order": False}
    written = 0
    # Written and not mapped: on a full disk a write says so, a map ends the process.
    with written_whole(path) as draft, draft.open("wb") as file:
        # NumPy leaves room for any number of rows
        np.lib.format.write_array_header_1_0(file, {**header, "shape": (0, *first.shape[1:])})
        start = file.tell()
        for block in chain([first], blocks):
            file.write(np.ascontiguousarray(block).data)
            written += len(block)
        if n_rows not in (None, written):
            raise ValueError(f"{written} rows were to be {n_rows}")
        file.seek(0)
        np.lib.format.write_array_header_1_0(file, {**header, "shape": (written, *first.shape[1:])})
        if file.tell() != start:
            raise ValueError(f"no room in the header for {written} rows")


def link(source: str | os.PathLike, path: str | os.PathLike) -> None:
    """Give an artifact a second path without a copy, where the file system can (a hard link)."""
    with written_whole(path) as draft:
        draft.unlink(missing_ok=True)
        try:
            os.link(verified(source), draft)
        except OSError:
            shutil.copyfile(source, draft)


def load_array(path: str | os.PathLike, *, mmap: bool = False) -> np.ndarray:
    """Load a .npy file without pickle; with `mmap`, read-only pages instead of a copy.

    Raises
    ------
    InputError
        If the file is missing, damaged or not an array of numbers.
    """
    with _damage_told(path), verified(path).open("rb") as file:
        shape, dtype = array_header(file)
        n_bytes = math.prod(shape) * dtype.itemsize
        if os.fstat(file.fileno()).st_size - file.tell() < n_bytes:
            raise ValueError(f"it ends before its {n_bytes:,} bytes of values")
        return np.load(path, mmap_mode="r" if mmap else None, allow_pickle=False)


def load_shape(path: str | os.PathLike) -> tuple[int, ...]:
    """Return the shape of an array in a .npy file, of which only the header is read.

    Raises
    ------
    InputError
        If the file is missing, or its header is damaged.
    """
    with _damage_told(path), Path(path).open("rb") as file:
        return array_header(file)[0]


@contextmanager
def _damage_told(path: str | os.PathLike) -> Iterator[None]:
    """Say of what cannot be loaded which file it is."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the path.") from None
    except _DAMAGE as error:
        raise InputError(
            f"{path} is not a whole .npy file of plain numbers ({error}); "
            "write it again with numpy.save, or delete it if the workflow made it."
        ) from error


def array_header(file: BinaryIO) -> tuple[tuple[int, ...], np.dtype]:
    """Read the header of an array in .npy format; return its shape and type.

    Raises
    ------
    ValueError
        If there is none, or it is longer than any honest one.
    """
    start = file.tell()
    try:
        version = np.lib.format.read_magic(file)
    except ValueError as error:
        raise ValueError("it does not begin as one") from error
    n_bytes = int.from_bytes(file.read(2 if version == (1, 0) else 4), "little")
    if n_bytes > _LONGEST_HEADER:
        raise ValueError(f"its header has {n_bytes} bytes")
    file.seek(start + 8)
    formats = np.lib.format
    read = formats.read_array_header_1_0 if version == (1, 0) else formats.read_array_header_2_0
    try:
        shape, _, dtype = read(file)
    except _DAMAGE as error:
        raise ValueError("its header is broken") from error
    if dtype.hasobject:
        raise ValueError(
            "it holds Python objects, which are never loaded, since they may run code; "
            "text is saved with .astype('U')"
        )
    if any(length < 0 for length in shape):
        raise ValueError(f"its header gives the shape {shape}")
    return shape, dtype


def save_json(path: str | os.PathLike, content: object) -> None:
    """Save as indented JSON with sorted keys, so that equal content gives equal bytes."""
    with written_whole(path) as draft:
        text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
        draft.write_text(text + "\n", encoding="utf-8")


def load_json(path: str | os.PathLike) -> dict:
    """Load a JSON object.

    Raises
    ------
    InputError
        If the file is damaged or not valid JSON.
    """
    try:
        return json.loads(verified(path).read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid JSON ({error}); delete it and run again.") from error


def save_bytes(path: str | os.PathLike, content: bytes | memoryview) -> None:
    """Save a file of bytes."""
    with written_whole(path) as draft:
        draft.write_bytes(content)


def save_text(path: str | os.PathLike, text: str) -> None:
    """Save a text file."""
    save_bytes(path, text.encode())


def load_text(path: str | os.PathLike) -> str:
    """Load a text file.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    return verified(path).read_text(encoding="utf-8")


def save_table(path: str | os.PathLike, table) -> None:
    """Save a pandas.DataFrame as `as_csv` gives it."""
    save_text(path, as_csv(table))


def load_table(path: str | os.PathLike, **options):
    """Load a CSV file as pandas.read_csv does with these options.

    Raises
    ------
    InputError
        If the file is damaged or no table.
    """
    import pandas as pd  # here, since most jobs read no table

    try:
        return pd.read_csv(verified(path), **options)
    except ValueError as error:
        raise InputError(f"{path} is no table ({error}); delete it and run again.") from error


def as_csv(table) -> str:
    """Return a pandas.DataFrame as CSV without its index, its text as `as_text_cell` gives it."""
    texts = table.select_dtypes(exclude=["number", "bool"])
    table = table.assign(**{name: texts[name].map(_as_cell) for name in texts})
    return table.to_csv(index=False, lineterminator="\n")


def as_text_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, and that is valid Unicode.

    A leading apostrophe marks text.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet takes a text for a formula."""
    return text.startswith(_FORMULA)


def _as_cell(value: object) -> object:
    return as_text_cell(value) if isinstance(value, str) else value
