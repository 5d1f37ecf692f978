"""What libraries take from the user's home and name, for machines that have neither."""

import getpass
import os
import tempfile
from pathlib import Path


def make_up_for_home(folder: Path) -> None:
    """Give libraries what they ask for, here and in processes that start from here.

    They keep caches where XDG_CACHE_HOME says, else in `~/.cache`; a home may be missing, full or
    read-only. In a container the number of a user may have no name.

    Parameters
    ----------
    folder : Path
        For caches, where the home cannot hold them.
    """
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ["LOGNAME"] = f"user{os.getuid()}"
    if not _takes_files(os.environ.get("XDG_CACHE_HOME") or "~/.cache"):
        os.environ["XDG_CACHE_HOME"] = str(folder.absolute())
        # Matplotlib's settings are elsewhere; without a folder for them it makes one for each job.
        os.environ.setdefault("MPLCONFIGDIR", str(folder.absolute() / "matplotlib"))


def _takes_files(folder: str) -> bool:
    try:
        path = Path(folder).expanduser()
        there = path if path.exists() else path.parent  # nothing is made that nobody asked for
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(bytes(10_000))
    except (OSError, RuntimeError):  # no home at all is a RuntimeError
        return False
    return True
