"""The pictures below a folder, and what else is there; nothing but names, sizes and times is read,
and of a file without a suffix its first bytes."""

import functools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aecluster.errors import InputError, printable
from aecluster.sources.formats import not_read, why_not, why_not_by_start

CLOSED = "cannot be opened"


@dataclass(frozen=True)
class Listing:
    """What a folder holds.

    Attributes
    ----------
    root : Path
    stamps : dict of str -> (int, int)
        Path of each picture below `root`, with `/` and sorted: its bytes, and when it was last
        changed, in nanoseconds.
    left_out : dict of str -> str
        Other files, and why; sorted.
    """

    root: Path
    stamps: dict[str, tuple[int, int]]
    left_out: dict[str, str]

    @functools.cached_property
    def names(self) -> list[str]:
        """The pictures, sorted."""
        return list(self.stamps)


def closed(error: OSError) -> str:
    """Return why a file or folder is left out that cannot be opened."""
    return f"{CLOSED} ({error.strerror})"


def listed(root: Path) -> Listing:
    """List the pictures below a folder.

    Raises
    ------
    InputError
        If there are none.
    """
    stamps, left_out = {}, {}
    for prefix, files, passed_by in _walk(root):
        left_out |= {printable(prefix + name): why for name, why in passed_by.items()}
        for entry in files:
            why, stamp = _looked_at(entry)
            if why:
                left_out[printable(prefix + entry.name)] = why
            else:
                stamps[prefix + entry.name] = stamp
    if not stamps:
        raise InputError(_nothing(root, left_out))
    return Listing(root, dict(sorted(stamps.items())), dict(sorted(left_out.items())))


@functools.cache
def listed_once(root: Path) -> Listing:
    """As `listed`, and from then on the same answer: a plan asks often, and walks once.

    `listed_once.cache_clear()` begins another plan in the same process.
    """
    return listed(root)


def _nothing(root: Path, left_out: dict[str, str]) -> str:
    for name, why in left_out.items():
        if why.startswith(CLOSED):
            return f"{root / name} {why}; allow yourself to read it, and give the command again."
    other_kinds = not_read(left_out.values())
    if other_kinds:
        return f"{root} holds no images that can be read: {' '.join(other_kinds)}"
    return (
        f"{root} holds no images; put them there, or in one sub-folder for each class "
        "(PNG, JPEG, TIFF, ..., told by suffix)."
    )


def _looked_at(entry: os.DirEntry) -> tuple[str | None, tuple[int, int]]:
    """Tell why a file is left out, None for what may be a picture; and its size and time."""
    none = (0, 0)
    if entry.name.startswith("."):
        return "hidden", none
    stem, _, end = entry.name.rpartition(".")
    suffix = f".{end.lower()}" if stem else ""
    why = why_not(suffix) if suffix else None
    if why:
        return why, none
    try:
        found = entry.stat()
        if not stat.S_ISREG(found.st_mode):
            return "no regular file", none
        if not suffix:
            with Path(entry.path).open("rb") as file:
                why = why_not_by_start(file.read(16))
    except OSError as error:
        nothing = isinstance(error, FileNotFoundError) and entry.is_symlink()
        return "a link to nothing" if nothing else closed(error), none
    if not why and not _is_text(entry.path):
        why = "its name is not UTF-8, or holds a line break"
    return why, (found.st_size, found.st_mtime_ns)


def _is_text(path: str) -> bool:
    try:
        return b"\n" not in path.encode("utf-8")
    except UnicodeEncodeError:
        return False


def _walk(root: Path) -> Iterator[tuple[str, list[os.DirEntry], dict[str, str]]]:
    """Give (path of a folder below `root` with a `/`, its files, what is not entered and why).

    Each folder comes once. Links to folders are followed, but not back into `root`, where all is
    found anyway, nor to what is around it.
    """
    inside = os.path.realpath(root)
    seen, waiting = set(), [""]
    while waiting:
        prefix = waiting.pop()
        folder = f"{root}/{prefix}"
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        try:
            with os.scandir(folder) as found:
                entries = list(found)
        except OSError as error:
            yield "", [], {prefix.rstrip("/") or ".": closed(error)}
            continue
        files, folders, passed_by = [], [], {}
        for entry in entries:
            if not _is_folder(entry):
                files.append(entry)
            elif entry.name.startswith("."):
                passed_by[f"{entry.name}/"] = "hidden"
            elif _leads_back(entry, inside):
                passed_by[f"{entry.name}/"] = "a link back"
            else:
                folders.append(entry.name)
        waiting += [f"{prefix}{name}/" for name in sorted(folders, reverse=True)]
        yield prefix, files, passed_by


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _leads_back(entry: os.DirEntry, root: str) -> bool:
    if not entry.is_symlink():
        return False
    real = Path(os.path.realpath(entry.path))
    return real.is_relative_to(root) or Path(root).is_relative_to(real)
