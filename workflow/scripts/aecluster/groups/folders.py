"""The groups as folders: one for each group, with links to the files, copies of them, or PNGs."""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from aecluster.errors import InputError
from aecluster.sources.resizing import to_image

NO_NAMES: Mapping[int, str] = MappingProxyType({})
_LONGEST_NAME = 120  # bytes; file systems allow 255


def group_files(
    root: str | Path,
    files: list[Path],
    labels: np.ndarray,
    confidence: np.ndarray,
    copies: bool,
    names: Mapping[int, str] = NO_NAMES,
) -> None:
    """Make folders of links to the files, or of copies.

    Parameters
    ----------
    root : path
        Gets a folder for each group, and `none` for images without one.
    files : list of Path
        Absolute, one for each image.
    labels : ndarray of int64, shape (N,)
    confidence : ndarray of float, shape (N,)
        The surest images of a group come first.
    copies : bool
    names : dict of str
        What groups are called, which their folders have behind the number.

    Raises
    ------
    InputError
        If a file is no longer there.
    """
    file_names = [safe_name(file.name) for file in files]
    for index, path in _places(root, file_names, labels, confidence, names):
        if not files[index].is_file():
            raise InputError(
                f"{files[index]} is no longer there; put it back, or run the experiment again."
            )
        if copies:
            shutil.copyfile(files[index], path)
        else:
            path.symlink_to(files[index])


def group_pixels(
    root: str | Path,
    images: np.ndarray,
    labels: np.ndarray,
    confidence: np.ndarray,
    names: Mapping[int, str] = NO_NAMES,
) -> None:
    """Make the same folders of PNGs, for images (N, H, W, C) that have no files of their own."""
    file_names = [f"{index}.png" for index in range(len(images))]
    for index, path in _places(root, file_names, labels, confidence, names):
        to_image(images[index]).save(path)


def _places(
    root: str | Path,
    file_names: list[str],
    labels: np.ndarray,
    confidence: np.ndarray,
    names: Mapping[int, str],
) -> Iterator[tuple[int, Path]]:
    """Give (index, path) of each image, whose folder is there."""
    for label in np.unique(labels).tolist():
        name = f"{label}-{_safe(names.get(label, ''))}".rstrip("-")
        folder = Path(root) / (name if label >= 0 else "none")
        folder.mkdir(parents=True)
        members = np.flatnonzero(labels == label)
        surest_first = members[np.argsort(-confidence[members], kind="stable")]
        for rank, index in enumerate(surest_first.tolist()):
            yield index, folder / f"{rank:05d}-{file_names[index]}"


def safe_name(name: str) -> str:
    """Return a file name of letters, digits, `.`, `_` and `-` in any script, not too long.

    >>> safe_name("-rf $(x) été.png")
    'rf_x_été.png'
    """
    stem, dot, end = name.encode("utf-8", "replace").decode().rpartition(".")
    end = _safe(end)
    return f"{_safe(stem, len(end.encode())) or 'image'}{dot}{end}"


def _safe(text: str, taken: int = 0) -> str:
    plain = re.sub(r"[^\w.-]+", "_", text).strip("._-")
    return plain.encode("utf-8", "replace")[: _LONGEST_NAME - taken].decode("utf-8", "ignore")
