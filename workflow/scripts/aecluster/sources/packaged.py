"""Data files that scikit-learn ships, found without importing it (which costs over a second)."""

import importlib.util
from pathlib import Path

from aecluster.errors import InputError


def sklearn_data(*parts: str) -> Path:
    """Return the path of a file below sklearn/datasets.

    Raises
    ------
    InputError
        If scikit-learn is not installed, or ships it no more.
    """
    package = importlib.util.find_spec("sklearn")
    if package is None:
        raise InputError("scikit-learn is not installed; its data files are needed here.")
    path = Path(package.submodule_search_locations[0], "datasets", *parts)
    if not path.exists():
        raise InputError(
            f"{path} is missing from the installed scikit-learn; install the pinned version."
        )
    return path
