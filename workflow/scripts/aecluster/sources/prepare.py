"""Which images of a source are used, and what dataset.json says of them."""

import difflib
import hashlib
import logging
import math
import shutil
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np

from aecluster.artifacts import save_rows
from aecluster.errors import InputError
from aecluster.scoring.split import public_mask
from aecluster.sources.channels import with_channels
from aecluster.sources.pixels import blocks
from aecluster.sources.source import About, Source, Unreadable

logger = logging.getLogger("aecluster")

_FIRST_BLOCK = 16  # images: only the first of them tell how large one is
_BLOCK_BYTES = 2**24


def select(
    source: Source,
    *,
    limit: int | None = None,
    balance: bool = False,
    seed: int | None = None,
    positive: list[str] | None = None,
    without: Collection[int] = (),
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Choose images at random; labels do not touch the choice unless `balance` is set.

    Parameters
    ----------
    source : Source
    limit : int, optional
        At most so many images.
    balance : bool
        As many images of each class as the smallest one has (`limit` is shared out); unlabelled
        ones are left out.
    seed : int or None
        Of the choice and the order. None chooses as 0 does and keeps the source's order, so that
        without `limit` and `balance` an index is an index into the user's own file.
    positive : list of str, optional
        Classes that become one class, against all others.
    without : collection of int
        Images that are left out, as if the source had none there.

    Returns
    -------
    indices : ndarray of int64, shape (n,)
    labels : ndarray of int64, shape (n,)
        Index into `class_names`, -1 for an unlabelled image.
    class_names : list of str
        Empty if the source has no labels.

    Raises
    ------
    InputError
        If `balance` or `positive` finds no labels, or classes do not fit.
    """
    if limit is not None and limit < 1:
        raise InputError(f"limit: {limit} leaves no image; it is at least 1.")
    labels, class_names = classes(source, positive)
    order = np.random.default_rng(seed or 0).permutation(source.n_images)
    order = order[~np.isin(order, list(without))]
    if balance:
        order = _balanced(order, labels, class_names, limit)
    indices = order[:limit] if seed is not None else np.sort(order[:limit])
    return indices, labels[indices], class_names


def classes(source: Source, positive: list[str] | None) -> tuple[np.ndarray, list[str]]:
    """Return the labels of all images of a source, and the class names; as in `select`."""
    if source.labels is None:
        labels, class_names = np.full(source.n_images, -1, np.int64), []
    else:
        labels, class_names = source.labels, source.class_names
    return (
        (labels, class_names) if positive is None else _two_classes(labels, class_names, positive)
    )


def read(
    path: str | Path, source: Source, size: int | None, channels: int | None = None, **choice
) -> tuple[np.ndarray, dict[str, dict[str, str]]]:
    """Write the images that `select` chooses, and others in place of those that are broken.

    They are read and written in blocks: all of them need not fit in memory.

    Parameters
    ----------
    path : path
        Of the array that is written: uint8 (n, H, W, C).
    source : Source
    size : int or None
        As in Source.read.
    channels : {1, 3} or None
        Grey is made colour and the reverse, see `with_channels`.
    **choice
        As in `select`.

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
    while True:
        indices, _, _ = select(source, without=why, **choice)
        tried.update(indices.tolist())
        try:
            found = _blocks(path, source, indices, size)
            images = (with_channels(block, channels) for block in found)
            save_rows(path, images, len(indices))
        except Unreadable as error:
            why |= error.why
            tried |= error.why.keys()
            broken = {source.names[index]: why[index] for index in sorted(why)}
            _check_broken(source, broken, len(tried))
        else:
            break
    skipped = {"broken": {source.names[index]: why[index] for index in sorted(why)}}
    return indices, {**skipped, "other": dict(source.left_out)}


def _blocks(
    path: str | Path, source: Source, indices: np.ndarray, size: int | None
) -> Iterator[np.ndarray]:
    """Read images a block at a time; in the end raise Unreadable, with all that cannot be read."""
    if source.image_shape is not None:  # before anything is read
        height, width, channels = source.image_shape
        _check_room(path, source, (len(indices), size or height, size or width, channels))
    first, why, start, step = None, {}, 0, _FIRST_BLOCK
    while start < len(indices):
        block = indices[start : start + step]
        start += step
        try:
            images = source.read(block, size)
        except Unreadable as error:
            why |= error.why
            continue
        if first is None:
            first = block[0], images[0].shape
            _check_room(path, source, (len(indices), *images[0].shape))
            step = max(1, _BLOCK_BYTES // images[0].size)
        if images.shape[1:] != first[1]:
            raise InputError(
                f"{source.about.source} has images of different sizes, {_sides(first[1])} "
                f"({source.names[first[0]]}) and {_sides(images.shape[1:])} "
                f"({source.names[block[0]]}); set `size: 32`, or another, for this data set."
            )
        if not why:  # else all will be read again, without these
            yield images
    if why:
        raise Unreadable(source.about.source, dict(sorted(why.items())))


def _check_room(path: str | Path, source: Source, shape: tuple[int, ...]) -> None:
    """Raise InputError if an array of bytes is larger than the whole disk."""
    folder = Path(path).parent
    folder.mkdir(parents=True, exist_ok=True)
    n_bytes, there_is = math.prod(shape), shutil.disk_usage(folder).total
    if n_bytes > there_is:
        raise InputError(
            f"the images of {source.about.source} take {n_bytes / 1e9:,.1f} GB, and the disk of "
            f"{folder} has {there_is / 1e9:,.1f} GB in all; set `limit` or `size`."
        )


def _sides(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} x {shape[1]}"


def _check_broken(source: Source, broken: dict[str, str], n_tried: int) -> None:
    if len(broken) <= source.max_broken * n_tried and len(broken) < n_tried:
        return
    for name, why in broken.items():
        logger.info("%s %s", name, why)
    raise InputError(
        f"{len(broken)} of {n_tried} images of {source.about.source} cannot be read, and at most "
        f"{source.max_broken:.0%} may be left out (params.max_broken): {shortened(broken)}; "
        "remove them, or save them again."
    )


def report(source: Source, skipped: dict[str, dict[str, str]]) -> None:
    """Say on the screen how many files were skipped, and in the log which."""
    told = {
        "broken": f"%d of {source.n_images} images skipped that cannot be read",
        "other": "left out what is no image, %d in number",
    }
    for kind, text in told.items():
        files = skipped[kind]
        if files:
            line = f"%s: {text}: %s"
            shown = shortened(files, at_most=3)
            logger.info(line, source.about.source, len(files), shown, extra={"show": True})
        for name, why in files.items():
            logger.info("%s: %s", name, why)


def shortened(files: Mapping[str, str], at_most: int = 10) -> str:
    """Return the first files with what is wrong with them, and how many more there are."""
    shown = [f"{name} ({why})" for name, why in islice(files.items(), at_most)]
    more = len(files) - len(shown)
    return ", ".join([*shown, *([f"and {more} more (all of them in the log)"] if more else [])])


def describe(
    about: About,
    images: np.ndarray,
    labels: np.ndarray,
    class_names: list[str],
    *,
    public: float = 0.5,
    seed: int = 0,
    skipped: dict[str, dict[str, str]] | None = None,
) -> dict:
    """Return the content of dataset.json.

    Parameters
    ----------
    about : About
    images : ndarray of uint8, shape (N, H, W, C)
        May be memory-mapped: it is read in blocks.
    labels : ndarray of int64, shape (N,)
    class_names : list of str
    public : float
        Share of public images.
    seed : int
        Of the public-private split.
    skipped : dict, optional
        What `read` left out.

    Returns
    -------
    dict
        `checksum` is the SHA-256 of the array's bytes, without the header of the file.
    """
    n_public = int(public_mask(len(images), public, seed).sum())
    counts = np.bincount(labels[labels >= 0], minlength=len(class_names))
    return {
        "source": about.source,
        "licence": about.licence,
        "n_images": len(images),
        "shape": [int(side) for side in images.shape[1:]],
        "class_names": class_names,
        "counts": {name: int(n) for name, n in zip(class_names, counts, strict=True)},
        "n_unlabelled": int((labels < 0).sum()),
        "skipped": skipped or {"broken": {}, "other": {}},
        "checksum": _sha256(images),
        "split": {
            "public": public,
            "seed": seed,
            "n_public": n_public,
            "n_private": len(images) - n_public,
        },
    }


def _two_classes(
    labels: np.ndarray, class_names: list[str], positive: list[str]
) -> tuple[np.ndarray, list[str]]:
    if not class_names:
        raise InputError("`positive` needs labels, and this data set has none; leave it out.")
    chosen = [_known(str(name), class_names) for name in dict.fromkeys(positive)]
    if not 0 < len(chosen) < len(class_names):
        raise InputError(
            f"`positive` names {len(chosen)} of the {len(class_names)} classes; "
            "name at least one, and leave at least one as the other."
        )
    is_positive = np.isin(labels, [class_names.index(name) for name in chosen])
    joined = "+".join(chosen)
    rest = "other" if joined != "other" else "rest"
    return np.where(labels < 0, -1, is_positive.astype(np.int64)), [rest, joined]


def _known(name: str, class_names: list[str]) -> str:
    if name in class_names:
        return name
    nearest = difflib.get_close_matches(name, class_names, n=1)
    hint = f"; did you mean '{nearest[0]}'?" if nearest else "."
    raise InputError(
        f"`positive` names '{name}', which is no class of this data set; "
        f"it has {', '.join(class_names)}{hint}"
    )


def _balanced(
    order: np.ndarray, labels: np.ndarray, class_names: list[str], limit: int | None
) -> np.ndarray:
    if not class_names:
        raise InputError("`balance` needs labels, and this data set has none; leave it out.")
    there = labels[order]
    counts = np.bincount(there[there >= 0], minlength=len(class_names))
    each = int(counts.min())
    if each == 0:
        raise InputError(
            f"`balance` finds no image of the class '{class_names[counts.argmin()]}', "
            "so it cannot take as many of each; leave it out."
        )
    if limit is not None:
        each = min(each, limit // len(class_names))
    if each == 0:
        raise InputError(
            f"limit: {limit} is less than one image for each of the {len(class_names)} classes."
        )
    places = [np.flatnonzero(there == label)[:each] for label in range(len(class_names))]
    return order[np.sort(np.concatenate(places))]


def _sha256(images: np.ndarray) -> str:
    digest = hashlib.sha256()
    for _, block in blocks(images):
        digest.update(np.ascontiguousarray(block))
    return digest.hexdigest()
