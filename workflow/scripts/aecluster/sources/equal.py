"""Which images are equal, pixel by pixel: groups never part them."""

import hashlib
from collections.abc import Iterator

import numpy as np

from aecluster.sources.pixels import blocks


def first_equal(*images: np.ndarray) -> np.ndarray:
    """Return for each image the index of the first one that is equal to it, int64 (N,).

    Parameters
    ----------
    *images : ndarray of uint8, shape (n, H, W, C)
        Counted through as if they were one array; may be memory-mapped. Their digests of 128 bits
        are compared (BLAKE2b).
    """
    first: dict[bytes, int] = {}
    places = [first.setdefault(digest, place) for place, digest in enumerate(_digests(images))]
    return np.array(places, dtype=np.int64)


def _digests(arrays: tuple[np.ndarray, ...]) -> Iterator[bytes]:
    for array in arrays:
        for _, block in blocks(array):
            for image in np.ascontiguousarray(block):
                yield hashlib.blake2b(image, digest_size=16).digest()
