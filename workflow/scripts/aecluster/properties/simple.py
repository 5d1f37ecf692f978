"""Properties of images by the simplest means: their neighbours, their pixels."""

import hashlib

import numpy as np
import pandas as pd

from aecluster.properties.table import COLUMNS, ranked

_DARK, _BRIGHT, _EMPTY = 35, 220, 8  # of 255: mean, mean, standard deviation


def properties(
    images: np.ndarray, labels: np.ndarray, latents: np.ndarray, distances: np.ndarray
) -> pd.DataFrame:
    """Return the table that `table.load_properties` reads.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, C)
    labels : ndarray of int64, shape (N,)
        The groups; -1 for none.
    latents : ndarray of float32, shape (N, D)
    distances : ndarray, shape (N, k)
        To the nearest neighbours.
    """
    values = [
        np.arange(len(images)),
        np.round(_typicality(latents, labels), 6),
        np.round(ranked(distances.mean(1)), 6),
        _equal(images),
        [_flags(image) for image in images],
    ]
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


def _typicality(latents: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Rank the images of each group by their nearness to its mean."""
    typicality = np.zeros(len(labels))
    for group in np.unique(labels[labels >= 0]):
        own = np.flatnonzero(labels == group)
        away = np.linalg.norm(latents[own] - latents[own].mean(0), axis=1)
        typicality[own] = ranked(-away) if len(own) > 1 else 1
    return typicality


def _equal(images: np.ndarray) -> np.ndarray:
    """Number the sets of equal images, -1 for an image that has no equal."""
    digests = [hashlib.sha256(np.ascontiguousarray(image)).digest() for image in images]
    _, first, place, sizes = np.unique(
        digests, return_index=True, return_inverse=True, return_counts=True
    )
    doubled = np.flatnonzero(sizes > 1)
    number = np.full(len(sizes), -1)
    number[doubled[np.argsort(first[doubled])]] = np.arange(len(doubled))
    return number[place]


def _flags(image: np.ndarray) -> str:
    mean, spread = image.mean(), image.std()
    found = {"dark": mean < _DARK, "bright": mean > _BRIGHT, "low_information": spread < _EMPTY}
    return " ".join(flag for flag, is_so in found.items() if is_so)
