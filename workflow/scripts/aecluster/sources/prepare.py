"""The images of a source as one array."""

import logging
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_rows
from aecluster.sources.channels import with_channels
from aecluster.sources.choice import choose
from aecluster.sources.notes import shortened
from aecluster.sources.source import Source

logger = logging.getLogger("aecluster")

_FIRST_BLOCK = 16  # images: only the first of them tell how large one is
_BLOCK_BYTES = 2**24


def read(
    path: str | Path,
    source: Source,
    size: int | None,
    channels: int | None = None,
    fit: str = "crop",
    **choice,
) -> tuple[np.ndarray, dict[str, dict[str, str]]]:
    """Write the images that `choose` gives, and others in place of those that are broken.

    They are read and written in blocks: all of them need not fit in memory.

    Parameters
    ----------
    path : path
        Of the array that is written: uint8 (n, H, W, C).
    source : Source
    size, fit
        As in Source.read.
    channels : {1, 3} or None
        Grey is made colour and the reverse, see `with_channels`.
    **choice
        As in `choose`.

    Returns
    -------
    indices : ndarray of int64, shape (n,)
    skipped : dict
        "broken": images that cannot be read, "other": files that are no images; each with why.

    Raises
    ------
    InputError
        If more images are broken than the source allows, the array is larger than the disk, or
        images differ in size.
    """
    why: dict[int, str] = {}
    tried: set[int] = set()
    indices = choose(source, **choice)
    while True:
        tried.update(indices.tolist())
        images = _blocks(path, source, indices, size, fit, why, tried)
        save_rows(path, (with_channels(block, channels) for block in images), None)
        written = indices[~np.isin(indices, list(why))]
        indices = choose(source, without=why, **choice)
        if np.array_equal(indices, written):
            break  # else others have taken the places of broken ones, among those that are there
    broken = {source.names[index]: why[index] for index in sorted(why)}
    return indices, {"broken": broken, "other": dict(source.left_out)}


def _blocks(
    path: str | Path,
    source: Source,
    indices: np.ndarray,
    size: int | None,
    fit: str,
    why: dict[int, str],
    tried: set[int],
) -> Iterator[np.ndarray]:
    """Read images a block at a time, and add those that cannot be read to `why`."""
    if source.shape is not None:  # before anything is read
        height, width, channels = source.shape
        _check_room(path, source, (len(indices), size or height, size or width, channels))
    first, start, step = None, 0, _FIRST_BLOCK
    while start < len(indices):
        block = indices[start : start + step]
        start += step
        images, broken = source.read_some(block, size, fit)
        why |= broken
        if images is None:
            continue
        name = source.names and source.names[next(i for i in block.tolist() if i not in broken)]
        if first is None:
            first = name, images.shape[1:]
            _check_room(path, source, (len(indices), *images.shape[1:]))
            step = max(1, _BLOCK_BYTES // images[0].size)
        if images.shape[1:] != first[1]:
            raise InputError(
                f"{source.about.source} has images of different sizes, {_sides(first[1])} "
                f"({first[0]}) and {_sides(images.shape[1:])} ({name}); "
                "set `size: 32`, or another, for this data set."
            )
        yield images
    if why:  # before the array takes its place
        broken = {source.names[index]: why[index] for index in sorted(why)}
        _check_broken(source, broken, len(tried))


def _check_room(path: str | Path, source: Source, shape: tuple[int, ...]) -> None:
    """Raise InputError if an array of bytes is larger than the whole disk."""
    folder = Path(path).parent
    folder.mkdir(parents=True, exist_ok=True)
    n_bytes, there_is = math.prod(shape), shutil.disk_usage(folder).total
    if n_bytes > there_is:
        raise InputError(
            f"the images of {source.about.source} need {n_bytes / 1e9:,.1f} GB, but the disk of "
            f"{folder} holds only {there_is / 1e9:,.1f} GB; set `limit` or `size`."
        )


def _sides(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} x {shape[1]}"


def _check_broken(source: Source, broken: dict[str, str], n_tried: int) -> None:
    if len(broken) <= source.max_broken * n_tried and len(broken) < n_tried:
        return
    for name, why in broken.items():
        logger.info("%s %s", name, why)
    needed = math.ceil(20 * len(broken) / n_tried) / 20
    allowed = (
        f", or allow more with --broken {needed:g} (of make: BROKEN={needed:g}; in an experiment: "
        f"`params: {{max_broken: {needed:g}}}`)"
    )
    raise InputError(
        f"{len(broken)} of {n_tried} images of {source.about.source} cannot be read, and at most "
        f"{source.max_broken:.0%} may be left out: {shortened(broken)}; remove them, save them "
        f"again{allowed if len(broken) < n_tried else ''}."
    )
