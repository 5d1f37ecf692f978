"""Vectors that somebody has already, one a row: the features of another tool, or any measurements.

The rest of the workflow treats them as the latents of a model with `architecture: vectors`. What
stands for images is a picture of each vector: its numbers as a grey square, row by row.
"""

import math
import os
from functools import cached_property
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_array
from aecluster.sources.classes import encode
from aecluster.sources.paths import existing_file
from aecluster.sources.pixels import MIN_SIDE
from aecluster.sources.resizing import check_size, fit_all
from aecluster.sources.source import About, Source

_SUFFIXES = (".npy", ".parquet")
_SHOWN_RANGE = 1, 99  # percentiles of all numbers, which become black and white
_FILL = 128


def files(*, path: str | os.PathLike, labels: str | None = None, column: str = "") -> dict:
    """Return the files: labels of a table are one of its columns."""
    file = _file(path)
    own = labels is not None and file.suffix == ".npy"
    return {
        "images": [str(file)],
        "labels": [str(existing_file(labels))] if own else [str(file)] * (labels is not None),
    }


def count(*, path: str | os.PathLike, labels: str | None = None, column: str = "") -> int:
    """Return the number of vectors, from the header of the file."""
    file = _file(path)
    return _header(file)[0]


def shape(
    *, path: str | os.PathLike, labels: str | None = None, column: str = ""
) -> tuple[int, int, int] | None:
    """Return the shape of the pictures; None where only reading tells."""
    file = _file(path)
    if file.suffix == ".parquet":
        return None
    side = _side(_header(file)[1])
    return side, side, 1


def load(*, path: str | os.PathLike, labels: str | None = None, column: str = "") -> "VectorSource":
    """Open the vectors.

    Parameters
    ----------
    path : path
        An .npy of shape (N, D), or a .parquet.
    labels : str, optional
        A file of labels for an .npy, a column of a .parquet.
    column : str
        The column of a .parquet that holds a list of numbers in each row. Empty takes the only
        such column, or else all columns of numbers, but for `id` and the labels.

    Raises
    ------
    InputError
        If the file is missing or broken, or holds other than finite numbers.
    """
    file = _file(path)
    if file.suffix == ".npy":
        vectors = load_array(file, mmap=True)
        given = None if labels is None else load_array(existing_file(labels))
    else:
        vectors, given = _read_table(file, column, labels)
    _check(vectors, str(file))
    source = VectorSource(vectors, str(file), About(str(path)))
    if given is not None:
        source.labels, source.class_names = encode(given, source.n_images, str(labels))
    return source


class VectorSource(Source):
    """Vectors and their pictures.

    Attributes
    ----------
    vectors : ndarray, shape (N, D)
    """

    def __init__(self, vectors: np.ndarray, where: str, about: About):
        self.vectors = vectors
        self._where = where
        self.n_images = len(vectors)
        side = _side(vectors.shape[1])
        self.shape = (side, side, 1)
        self.about = about

    def read(self, indices: np.ndarray, size: int | None, fit: str = "crop") -> np.ndarray:
        check_size(size)
        low, high = self._range
        side = self.shape[0]
        pixels = np.full((len(indices), side * side), _FILL, np.uint8)
        scaled = (self.vectors[indices].astype(np.float64) - low) / (high - low or 1)
        pixels[:, : scaled.shape[1]] = np.rint(np.clip(scaled, 0, 1) * 255)
        return fit_all(pixels.reshape(-1, side, side, 1), size, fit)

    @cached_property
    def _range(self) -> tuple[float, float]:
        """What is black and white: of all numbers, so that it does not depend on the choice."""
        low, high = np.percentile(self.vectors, _SHOWN_RANGE)
        return float(low), float(high)


def _side(n_numbers: int) -> int:
    return max(MIN_SIDE, math.isqrt(n_numbers - 1) + 1)


def _file(path: str | os.PathLike) -> Path:
    file = existing_file(path)
    if file.suffix not in _SUFFIXES:
        raise InputError(f"{file} holds no vectors that can be read; give an .npy or a .parquet.")
    return file


def _header(file: Path) -> tuple[int, int | None]:
    if file.suffix == ".parquet":
        return _table(file).metadata.num_rows, None
    vectors = load_array(file, mmap=True)
    if vectors.ndim != 2 or 0 in vectors.shape:
        raise InputError(f"{file} has the shape {vectors.shape}; vectors need (N, D), one a row.")
    return vectors.shape


def _table(file: Path):
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(file)
    except (ArrowException, OSError) as error:
        raise InputError(f"{file} is not a Parquet file ({error}); save it again.") from error


def _read_table(file: Path, column: str, labels: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the vectors of a table, and its labels or None."""
    table = _table(file).read().to_pandas()
    for name in filter(None, (column, labels)):
        if name not in table:
            raise InputError(f"{file} has no column {name}; it has {', '.join(table.columns)}.")
    given = None if labels is None else table[labels].to_numpy()
    if given is not None and given.dtype.kind not in "iu":
        given = table[labels].fillna("").astype(str).to_numpy().astype(str)
    lists = [name for name in table if table[name].map(np.ndim).eq(1).all()]
    if not column and len(lists) == 1:
        column = lists[0]
    if column:
        rows = [np.asarray(row) for row in table[column]]
        if len({row.shape for row in rows}) > 1 or rows[0].ndim != 1:
            raise InputError(
                f"the column {column} of {file} holds no lists of one length; vectors need as "
                "many numbers in each row."
            )
        return np.stack(rows), given
    numbers = table.drop(columns=["id", *([labels] if labels else [])], errors="ignore")
    numbers = numbers.select_dtypes("number")
    if numbers.empty:
        raise InputError(f"{file} has no columns of numbers, nor one of lists: no vectors.")
    return numbers.to_numpy(), given


def _check(vectors: np.ndarray, where: str) -> None:
    if vectors.ndim != 2 or 0 in vectors.shape or vectors.dtype.kind not in "fiu":
        raise InputError(
            f"{where} holds {vectors.dtype} of shape {vectors.shape}; vectors need numbers of "
            "shape (N, D), one vector a row."
        )
    if not np.isfinite(vectors).all():
        row = int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])
        raise InputError(
            f"{where} holds a number that is not finite (row {row}); leave such rows out."
        )
