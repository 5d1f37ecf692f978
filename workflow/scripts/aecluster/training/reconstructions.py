"""Originals beside their reconstructions, as a file; needs no torch to be read."""

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified

GROUPS = ("chosen", "best", "worst")


@dataclass(frozen=True)
class Examples:
    """A few images of a data set and what a model makes of them.

    `indices` int64 (n,), `originals` and `reconstructions` uint8 (n, H, W, C), `mse` float64 (n,)
    with pixels in [-1, 1].
    """

    indices: np.ndarray
    originals: np.ndarray
    reconstructions: np.ndarray
    mse: np.ndarray


_FIELDS = [field.name for field in fields(Examples)]


def save_examples(path: str | Path, groups: dict[str, Examples]) -> None:
    """Save the groups of GROUPS as .npz, with equal bytes for equal content."""
    arrays = {
        f"{group}_{field}": getattr(groups[group], field) for group in GROUPS for field in _FIELDS
    }
    with written_whole(path) as draft:
        np.savez(draft, **arrays)  # numpy dates every member 1980-01-01


def load_examples(path: str | Path) -> dict[str, Examples]:
    """Load what `save_examples` wrote, without pickle.

    Raises
    ------
    InputError
        If the file is missing, damaged or of another kind.
    """
    try:
        with np.load(verified(path), allow_pickle=False) as file:
            return {
                group: Examples(**{field: file[f"{group}_{field}"] for field in _FIELDS})
                for group in GROUPS
            }
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the path.") from None
    except (ValueError, KeyError, EOFError, OSError, TypeError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} is not a whole file of reconstructions ({type(error).__name__}); "
            "delete it and run again."
        ) from error
