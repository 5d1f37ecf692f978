"""Which images of a source are used, and what dataset.json says of them."""

import difflib
import hashlib

import numpy as np

from aecluster.errors import InputError
from aecluster.scoring.split import public_mask
from aecluster.sources.pixels import blocks
from aecluster.sources.source import About, Source


def select(
    source: Source,
    *,
    limit: int | None = None,
    balance: bool = False,
    seed: int | None = None,
    positive: list[str] | None = None,
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
    labels, class_names = _labels(source)
    if positive is not None:
        labels, class_names = _two_classes(labels, class_names, positive)
    order = np.random.default_rng(seed or 0).permutation(source.n_images)
    if balance:
        order = _balanced(order, labels, class_names, limit)
    indices = order[:limit] if seed is not None else np.sort(order[:limit])
    return indices, labels[indices], class_names


def describe(
    about: About,
    images: np.ndarray,
    labels: np.ndarray,
    class_names: list[str],
    *,
    public: float = 0.5,
    seed: int = 0,
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
        "checksum": _sha256(images),
        "split": {
            "public": public,
            "seed": seed,
            "n_public": n_public,
            "n_private": len(images) - n_public,
        },
    }


def _labels(source: Source) -> tuple[np.ndarray, list[str]]:
    if source.labels is None:
        return np.full(source.n_images, -1, np.int64), []
    return source.labels, source.class_names


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
    counts = np.bincount(labels[labels >= 0], minlength=len(class_names))
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
    places = [np.flatnonzero(labels[order] == label)[:each] for label in range(len(class_names))]
    return order[np.sort(np.concatenate(places))]


def _sha256(images: np.ndarray) -> str:
    digest = hashlib.sha256()
    for _, block in blocks(images):
        digest.update(np.ascontiguousarray(block))
    return digest.hexdigest()
