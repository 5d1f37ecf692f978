"""Files and folders that the user names."""

import os
from pathlib import Path

from aecluster.errors import InputError


def existing_file(path: str | os.PathLike) -> Path:
    """Return the path of a file that exists, with `~` expanded.

    Raises
    ------
    InputError
        If nothing is there, or a folder, or a device or pipe, which reading may wait for.
    """
    path = _expanded(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder, and a file is needed here; name the file in it.")
    if not path.exists():
        raise InputError(f"{path} does not exist; check the path.")
    if not path.is_file():
        raise InputError(
            f"{path} is no regular file but a device or a pipe; copy what it gives into a file."
        )
    return path


def existing_folder(path: str | os.PathLike) -> Path:
    """Return the path of a folder that exists, with `~` expanded.

    Raises
    ------
    InputError
        If nothing is there, or a file.
    """
    path = _expanded(path)
    if path.is_file():
        raise InputError(f"{path} is a file, and a folder is needed here; name its folder.")
    if not path.exists():
        raise InputError(f"{path} does not exist; check the path.")
    return path


def _expanded(path: str | os.PathLike) -> Path:
    try:
        expanded = Path(path).expanduser()
        expanded.exists()
    except (OSError, RuntimeError) as error:  # no such user, a name too long, no permission
        raise InputError(f"{path} cannot be read ({error}); check the path.") from error
    return expanded
