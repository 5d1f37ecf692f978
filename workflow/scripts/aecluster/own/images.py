"""What somebody's path holds, as the settings of a data set."""

import zipfile
from pathlib import Path

from aecluster.errors import InputError
from aecluster.experiment.checks import as_dataset
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
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(
            f"{key} is {given!a}, which cannot be read ({error}); rename it."
        ) from error
    if not exists:
        raise InputError(f"{key} is {given}, but nothing is there ({path}); check the path.")
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


def count(source: dict, path: Path) -> int:
    """Return how many images there are, by listing alone.

    Raises
    ------
    InputError
        If there are too few to look for groups, or they cannot be listed.
    """
    keys = {"images": None, "path": None, "params": {}}
    found = n_images(as_dataset({**keys, **source}))
    if found < _FEWEST_IMAGES:
        raise InputError(
            f"{path} holds {found} image{'s' if found != 1 else ''}; groups need at least "
            f"{_FEWEST_IMAGES}, and some hundred to mean something."
        )
    return found
