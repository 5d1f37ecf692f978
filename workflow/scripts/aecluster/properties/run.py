"""All properties of the images of a data set: results/{dataset}/properties.csv."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from aecluster.properties.duplicates import duplicates
from aecluster.properties.grey import resized, to_grey
from aecluster.properties.outliers import mean_distances
from aecluster.properties.overlay import SMALL
from aecluster.properties.quality import measures, quality
from aecluster.properties.table import COLUMNS, ranked
from aecluster.properties.typicality import typicality
from aecluster.sources.pixels import blocks


def properties(
    images: np.ndarray,
    equal: np.ndarray,
    labels: np.ndarray,
    latents: np.ndarray,
    nearest: tuple[np.ndarray, np.ndarray],
    sides: tuple[np.ndarray, np.ndarray] | None = None,
    n_threads: int = 1,
) -> pd.DataFrame:
    """Return the table that `table.load_properties` reads.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, C)
        May be memory-mapped: it is read in blocks, once.
    equal : ndarray of int64, shape (N,)
        See `sources.equal.first_equal`.
    labels : ndarray of int64, shape (N,)
        The groups; -1 for none.
    latents : ndarray of float32, shape (N, D)
    nearest : two ndarrays, shape (N, k)
        See `neighbours.nearest`.
    sides : two ndarrays, shape (N,), optional
        Width and height of the images' files.
    n_threads : int
        The table is the same with any number.
    """
    neighbours, distances = nearest
    shorter = None if sides is None else np.minimum(*map(np.asarray, sides))

    def looked_at(start: int, block: np.ndarray) -> tuple[np.ndarray, pd.DataFrame]:
        grey = to_grey(block)
        own = None if shorter is None else shorter[start : start + len(block)]
        return np.rint(resized(grey, SMALL)).astype(np.uint8), measures(grey, own)

    with ThreadPoolExecutor(n_threads) as threads:
        looks = threads.map(lambda part: looked_at(*part), blocks(images))
        small, measured = zip(*looks, strict=True)
    far = mean_distances(distances)
    found = duplicates(images, equal, np.concatenate(small), latents, neighbours, n_threads)
    values = [
        np.arange(len(images)),
        np.round(typicality(latents, labels), 6),
        np.round(ranked(far), 6),
        np.round(far, 6),
        found,
        quality(pd.concat(measured, ignore_index=True), sides),
    ]
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))
