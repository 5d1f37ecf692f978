"""Folders that a run writes to: whether it can, and what it leaves behind."""

import os
import tempfile
from pathlib import Path

from aecluster.errors import InputError


def check_writable(folder: str | Path) -> None:
    """Make a folder and raise InputError where no job could write its results there."""
    folder = Path(folder)
    if folder.is_symlink() and not folder.exists():
        raise InputError(
            f"{folder} is a link to {folder.readlink()}, which is not there; make that folder, "
            "or remove the link."
        )
    try:
        folder.mkdir(exist_ok=True)
        _write(folder)
    except OSError as error:
        raise InputError(
            f"{folder}/ cannot be written to ({error.strerror}); make it writable or make room, "
            "and run the same command again."
        ) from error


def check_temporary() -> None:
    """Raise InputError where the folder of temporary files takes none."""
    # Python would pass over a TMPDIR that is full; what Snakemake plans with does not.
    folder = os.environ.get("TMPDIR")
    try:
        folder = folder or tempfile.gettempdir()
        _write(folder)
    except OSError as error:
        raise InputError(
            f"{folder or '/tmp'}, the folder of temporary files, cannot be written to "
            f"({error.strerror}); make room or set TMPDIR to another folder, and run the same "
            "command again."
        ) from error


def _write(folder: str | Path) -> None:
    """Write some thousand bytes and remove them: a disk that is full still takes empty files."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(10_000))


def remove_empty_folders(folder: str | Path) -> None:
    """Remove the empty folders in a folder, and the folder itself if nothing is left in it."""
    for name, _, _ in os.walk(folder, topdown=False):
        path = Path(name)
        if not any(path.iterdir()):
            path.rmdir()
