"""A checksum beside each artifact, so that bytes that changed since are found where they are read.

`images.npy` has its SHA-256 in the hidden file `.images.npy.sha256`, in the format of sha256sum:
`sha256sum --check .images.npy.sha256` says the same as `verified`. A file without one (the user's
own, or one written before there were checksums) is read as it is.
"""

import hashlib
import os
from pathlib import Path

from aecluster.errors import InputError


def checksum_file(path: str | os.PathLike) -> Path:
    """Return where the checksum of an artifact is kept."""
    path = Path(path)
    return path.with_name(f".{path.name}.sha256")


def sha256(path: str | os.PathLike) -> str:
    """Return the SHA-256 of a file, which may be larger than the memory."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recorded(path: str | os.PathLike) -> str | None:
    """Return the checksum that was kept when an artifact was written, None if there is none."""
    try:
        return checksum_file(path).read_text(encoding="ascii", errors="replace")[:64]
    except FileNotFoundError:
        return None


def verified(path: str | os.PathLike) -> Path:
    """Return the path of a file after reading it once: its bytes are those that were written.

    Raises
    ------
    InputError
        If they are not.
    """
    path = Path(path)
    checksum = recorded(path)
    if checksum is not None and sha256(path) != checksum:
        raise InputError(
            f"{path} was damaged or changed after the workflow wrote it; delete it and run again."
        )
    return path
