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
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError(
            f"{folder}/ cannot be written to ({error.strerror}); make it writable or make room, "
            "and give the same command again."
        ) from error


def remove_empty_folders(folder: str | Path) -> None:
    """Remove the empty folders in a folder, and the folder itself if nothing is left in it."""
    for name, _, _ in os.walk(folder, topdown=False):
        path = Path(name)
        if not any(path.iterdir()):
            path.rmdir()
