"""How many different images there are, and whether they suffice."""

import logging

import numpy as np

from aecluster.errors import InputError

logger = logging.getLogger("aecluster")


def n_different(equal: np.ndarray) -> int:
    """Return how many different images there are, of what `equal.first_equal` gives."""
    return int((equal == np.arange(len(equal))).sum())


def check_different(equal: np.ndarray, source: str) -> None:
    """Say how many images are copies of others; raise InputError if all are equal."""
    n, different = len(equal), n_different(equal)
    if different == 1 < n:
        raise InputError(
            f"all {n} images of {source} are equal, so there are no groups to find; check what is "
            "in there."
        )
    if different < n:
        text = "%s: exact copies of other images: %d of %d; they stay in one group with them"
        logger.info(text, source, n - different, n, extra={"show": True})


def check_groups(equal: np.ndarray, n_groups: int, dataset: str) -> None:
    """Raise InputError if more groups are asked for than there are different images.

    Parameters
    ----------
    equal : ndarray of int64, shape (N,)
        Of `equal.first_equal`.
    n_groups : int
    dataset : str
        Its name.
    """
    different = n_different(equal)
    if n_groups > different:
        raise InputError(
            f"{dataset} has {different:,} different images ({len(equal):,} with their copies), so "
            f"at most {different:,} groups, but {n_groups:,} are asked for; lower their number "
            f"(`n_clusters`, --clusters or CLUSTERS=) to {different:,} or less, or give more "
            "different images."
        )
