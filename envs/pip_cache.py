"""Print the option that keeps pip from its cache, where that has no room for what pip downloads.

pip ends where a package that it has built does not fit there, and makes a home that is missing.
"""

import os
import shutil
import tempfile
from pathlib import Path

_ROOM = 3 * 10**9  # bytes: all packages, and as much again
_WITHOUT = "--no-cache-dir"


def option() -> str:
    """Return the option of pip, or an empty text."""
    try:
        folder = _folder()
        there = next(each for each in (folder, *folder.parents) if each.exists())
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(bytes(10_000))
        return "" if shutil.disk_usage(there).free >= _ROOM else _WITHOUT
    except (OSError, RuntimeError):  # no home at all is a RuntimeError
        return _WITHOUT


def _folder() -> Path:
    """Return the folder of the cache; raise OSError where it would be in a home that is missing."""
    if named := os.environ.get("PIP_CACHE_DIR"):
        return Path(named).absolute()
    if parent := os.environ.get("XDG_CACHE_HOME"):
        return Path(parent, "pip").absolute()
    return Path.home().resolve(strict=True) / ".cache/pip"


if __name__ == "__main__":
    print(option())
