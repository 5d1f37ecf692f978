"""The images as one table, as pandas, embedding-atlas and the like read it: images.parquet."""

from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from aecluster.errors import InputError, printable
from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified

OWN = (
    *("id", "file", "group", "confidence", "runner_up", "x", "y", "neighbors"),
    *("typicality", "outlier", "distance", "duplicates", "quality", "width", "height"),
    *("label", "folder", "taken"),
)


def image_table(
    names: list[str],
    groups: tuple[np.ndarray, np.ndarray, np.ndarray],
    plane: np.ndarray,
    neighbours: np.ndarray,
    properties: pd.DataFrame,
    sides: tuple[list[int | None], list[int | None]] | None,
    labels: np.ndarray,
    class_names: list[str],
    taken: list[str | None] | None,
    metadata: pd.DataFrame | None,
) -> pa.Table:
    """Return one row an image; what is not known of any image has no column.

    Parameters
    ----------
    names : list of str
        File of each image, "" where it has none.
    groups : three ndarrays, shape (N,)
        Group, confidence and second choice of the consensus; -1 for none.
    plane : ndarray, shape (N, 1 or more)
        Its first two columns are x and y.
    neighbours : ndarray of int64, shape (N, k)
        -1 for none.
    properties : DataFrame
        See `aecluster.properties.table`.
    sides : two lists of N ints, or None
        Width and height of the images' files; None for what is not known.
    labels : ndarray of int64, shape (N,)
        Index into `class_names`; -1 for an unlabelled image.
    class_names : list of str
    taken : list of str or None
        When each was photographed.
    metadata : DataFrame, N rows
        See `metadata.read_metadata`.
    """
    group, confidence, runner_up = groups
    y = plane[:, 1] if plane.shape[1] > 1 else np.zeros(len(plane))
    columns = {
        "id": pa.array(np.arange(len(names)), pa.int64()),
        "file": _text([printable(name) for name in names]) if any(names) else None,
        "group": pa.array(group, pa.int64()),
        "confidence": pa.array(confidence, pa.float32()),
        "runner_up": pa.array(runner_up, pa.int64()),
        "x": pa.array(plane[:, 0], pa.float32()),
        "y": pa.array(y, pa.float32()),
        "neighbors": pa.array([row[row >= 0] for row in neighbours], pa.list_(pa.int64())),
        "typicality": pa.array(properties["typicality"], pa.float32()),
        "outlier": pa.array(properties["outlier"], pa.float32()),
        "distance": pa.array(properties["distance"], pa.float32()),
        "duplicates": pa.array(properties["duplicates"], pa.int64()),
        "quality": _text(list(properties["quality"])),
        "width": pa.array(sides[0], pa.int32()) if sides else None,
        "height": pa.array(sides[1], pa.int32()) if sides else None,
        "label": _text([class_names[k] if k >= 0 else None for k in labels.tolist()])
        if (labels >= 0).any()
        else None,
        "folder": _text(_folders(names)) if any("/" in name for name in names) else None,
        "taken": _text(taken) if any(taken or []) else None,
    }
    if metadata is not None:
        columns |= {name: _column(metadata[name]) for name in metadata}
    return pa.table({name: values for name, values in columns.items() if values is not None})


def save_images(path: str | Path, table: pa.Table) -> None:
    """Save as Parquet."""
    with written_whole(path) as draft:
        pq.write_table(table, draft, compression="zstd")


def load_images(path: str | Path) -> pa.Table:
    """Load what `save_images` wrote.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    try:
        return pq.read_table(verified(path))
    except pa.ArrowInvalid as error:
        raise InputError(f"{path} is no table ({error}); delete it and run again.") from error


def _folders(names: list[str]) -> list[str]:
    return [printable(PurePosixPath(name).parent.as_posix()) for name in names]


def _column(values: pd.Series) -> pa.Array:
    if values.dtype.kind == "f":
        return pa.array(values, pa.float64(), from_pandas=True)
    return _text([None if pd.isna(value) else printable(str(value)) for value in values])


def _text(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.string())
