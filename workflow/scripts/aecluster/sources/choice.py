"""Which images of a source are used."""

import difflib
from collections.abc import Collection

import numpy as np

from aecluster.errors import InputError
from aecluster.sources.source import Source


def select(
    source: Source, *, positive: list[str] | None = None, **choice
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Choose images as `choose` does, and return their labels.

    Parameters
    ----------
    source : Source
    positive : list of str, optional
        Classes that become one class, against all others.
    **choice
        As in `choose`.

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
    indices = choose(source, positive=positive, **choice)
    labels, class_names = classes(source, positive)
    return indices, labels[indices], class_names


def choose(
    source: Source,
    *,
    limit: int | None = None,
    balance: bool = False,
    seed: int | None = None,
    positive: list[str] | None = None,
    without: Collection[int] = (),
) -> np.ndarray:
    """Choose images at random; labels are not looked at unless `balance` is set.

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
        As in `select`, for `balance`.
    without : collection of int
        Images that are left out, as if the source had none there.

    Returns
    -------
    ndarray of int64, shape (n,)
        Indices into the source.
    """
    if limit is not None and limit < 1:
        raise InputError(f"limit must be at least 1, but is {limit}.")
    order = np.random.default_rng(seed or 0).permutation(source.n_images)
    order = order[~np.isin(order, list(without))]
    if balance:
        order = _balanced(order, *classes(source, positive), limit)
    return order[:limit] if seed is not None else np.sort(order[:limit])


def classes(source: Source, positive: list[str] | None) -> tuple[np.ndarray, list[str]]:
    """Return the labels of all images of a source, and the class names; as in `select`."""
    if source.labels is None:
        labels, class_names = np.full(source.n_images, -1, np.int64), []
    else:
        labels, class_names = source.labels, source.class_names
    return (
        (labels, class_names) if positive is None else _two_classes(labels, class_names, positive)
    )


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
