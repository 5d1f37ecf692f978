"""What somebody's path holds, as the settings of a data set."""

import zipfile
from pathlib import Path

from aecluster.errors import InputError, printable
from aecluster.own.typed import typed
from aecluster.sources import folder
from aecluster.sources.find import n_images

_ARRAYS = ".npy", ".npz"
_FEWEST_IMAGES = 10


def found_images(given: str, key: str) -> Path:
    """Return the absolute path of a folder, an .npy or an .npz.

    Parameters
    ----------
    given : str
    key : str
        What the user gave it as, for errors.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if not given:
        raise InputError(f"{key} is empty; give a folder of images, an .npy or an .npz file.")
    try:
        given.encode("utf-8")
        path = Path(given).expanduser().resolve()
        exists, is_folder = path.exists(), path.is_dir()
    except PermissionError as error:
        raise InputError(
            f"{key} is {given}, which cannot be read ({error.strerror}); allow yourself to read it "
            "and the folders that it is in."
        ) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(
            f"{key} is {given!a}, which cannot be read ({error}); rename it."
        ) from error
    if not exists:
        found = "" if str(path) == given else f" ({path})"
        raise InputError(f"{key} is {given}, but nothing is there{found}; correct it.")
    if not is_folder and path.suffix.lower() not in _ARRAYS:
        raise InputError(
            f"{key} is {given}; give the folder that the images are in, an .npy or an .npz file."
        )
    return path


def source_of(path: Path) -> dict:
    """Return the settings of a data set that reads a path of `found_images`."""
    if path.is_dir():
        return {"source": "folder", "path": str(path)}
    if not zipfile.is_zipfile(path):
        return {"source": "npy", "images": str(path)}
    with zipfile.ZipFile(path) as archive:
        members = [name.removesuffix(".npy") for name in archive.namelist()]
    # An archive of one single array leaves no doubt which one holds the images.
    member = {"images": members[0]} if len(members) == 1 else {}
    return {"source": "npz", "path": str(path), **member}


def with_labels(source: dict, labels: str | None) -> dict:
    """Return the settings of a data set with what is asked of its labels (LABELS).

    Raises
    ------
    InputError
        If it is not known, or the images are in no folder.
    """
    if source["source"] != "folder":
        if labels is not None:
            raise _of_folders("LABELS", "IMAGES")
        return source
    if labels not in (None, "folders"):
        raise InputError(
            f"{typed('LABELS')} is {labels}, but must be folders, which makes sub-folders classes; "
            "correct it or leave it out."
        )
    source = {**source, "labels": labels or folder.NO_LABELS}
    if labels:
        _check_folders(Path(source["path"]))
    return source


def with_broken(source: dict, broken: str | None, images: str) -> dict:
    """Return the settings of images with how many may be broken (BROKEN).

    Parameters
    ----------
    source : dict
    broken : str or None
    images : {"IMAGES", "NEW"}
        What the images were given as.

    Raises
    ------
    InputError
        If it is no part of them, or the images are in no folder.
    """
    if broken is None:
        return source
    if source["source"] != "folder":
        raise _of_folders("BROKEN", images)
    return {**source, "params": {"max_broken": _part(broken)}}


def _of_folders(option: str, images: str) -> InputError:
    return InputError(
        f"{typed(option)} applies only to a folder, but {typed(images)} is an array; leave it out."
    )


def _check_folders(path: Path) -> None:
    names = folder.listing(path=path, labels=folder.NO_LABELS).names
    loose = [name for name in names if "/" not in name]
    found = sorted({name.split("/")[0] for name in names if "/" in name})
    if len(found) < 2:
        only = f"only {found[0]} has any" if found else "none has any"
        raise InputError(
            f"{typed('LABELS', 'folders')} needs images in at least two sub-folders of {path}, one "
            f"for each class, but {only}; leave it out."
        )
    if loose:
        raise InputError(
            f"{typed('LABELS', 'folders')} needs every image in a sub-folder, one for each class, "
            f"but {len(loose):,} lie beside the sub-folders of {path} ({printable(loose[0])}); "
            "move them into one, or leave it out."
        )


def _part(given: str) -> float:
    try:
        part = float(given)
    except ValueError:
        part = -1.0
    if not 0 <= part < 1:
        raise InputError(
            f"{typed('BROKEN')} is {given}, but must be the share of images that may be left out "
            "because they cannot be read: at least 0 and below 1, for example 0.3."
        )
    return part


def count(source: dict, path: Path) -> int:
    """Return how many images there are, by listing alone.

    Raises
    ------
    InputError
        If there are too few to look for groups, or they cannot be listed.
    """
    keys = {"images": None, "labels": None, "path": None, "params": {}, "limit": None}
    found = n_images({**keys, **source})
    if found < _FEWEST_IMAGES:
        raise InputError(
            f"{path} holds {found} image{'s' if found != 1 else ''}; groups need at least "
            f"{_FEWEST_IMAGES}, and some hundred to be meaningful."
        )
    return found
