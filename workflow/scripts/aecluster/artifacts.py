"""Files of results/: written whole or not at all, read without pickle."""

import glob
import json
import os
import socket
import time
import tokenize
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from aecluster.errors import InputError

# What numpy.load raises for a file that is cut off, altered or not its own.
_DAMAGE = (
    ValueError,
    EOFError,
    OSError,
    MemoryError,
    OverflowError,
    SyntaxError,
    tokenize.TokenError,
    zipfile.BadZipFile,
)


@contextmanager
def written_whole(path: str | os.PathLike) -> Iterator[Path]:
    """Give a path to write to, and rename it to `path` when the block ends without an error.

    The temporary file lies beside its destination, so that the rename is atomic; it keeps the
    suffix of `path`, for writers that choose a format by it. It is removed when the block fails,
    and one that a killed process left behind is removed by the next that writes the same file. Two
    processes that write the same file, be it on two machines, do not touch each other's drafts.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
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
    finally:
        draft.unlink(missing_ok=True)


def _abandoned(draft: Path) -> bool:
    """Return whether no process writes to a draft: on another machine, none for an hour."""
    start, _, pid = draft.name.partition(".draft")[0].rpartition("-")
    if not pid.isdigit():
        return True  # not named by a living version of this module
    if start.endswith(f".{socket.gethostname()}"):
        return not psutil.pid_exists(int(pid))
    try:
        return time.time() - draft.stat().st_mtime > 3600
    except FileNotFoundError:
        return False


def save_array(path: str | os.PathLike, array: np.ndarray) -> None:
    """Save an array as .npy, in C order."""
    with written_whole(path) as draft:
        np.save(draft, np.ascontiguousarray(array), allow_pickle=False)


def load_array(path: str | os.PathLike, *, mmap: bool = False) -> np.ndarray:
    """Load a .npy file without pickle; with `mmap`, read-only pages instead of a copy.

    Raises
    ------
    InputError
        If the file is missing, truncated or not an array of numbers.
    """
    try:
        array = np.load(path, mmap_mode="r" if mmap else None, allow_pickle=False)
        if not isinstance(array, np.ndarray):
            array.close()
            raise ValueError("it is an .npz archive")
        return array
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the path.") from None
    except _DAMAGE as error:
        raise InputError(
            f"{path} is not a whole .npy file of plain numbers ({error}); "
            "write it again with numpy.save, or delete it if the workflow made it."
        ) from error


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
        If the file is not valid JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid JSON ({error}); delete it and run again.") from error


def save_text(path: str | os.PathLike, text: str) -> None:
    """Save a text file."""
    with written_whole(path) as draft:
        draft.write_text(text, encoding="utf-8")


def save_table(path: str | os.PathLike, table) -> None:
    """Save a pandas.DataFrame as CSV without its index."""
    with written_whole(path) as draft:
        table.to_csv(draft, index=False, lineterminator="\n")
