"""No encoder: the vectors of a data set with `source: vectors`, as they are."""

import numpy as np

from aecluster.errors import InputError


def check() -> None:
    """Nothing can be wrong with taking what is there."""


class Encoder:
    """Gives the vectors of a source.

    Parameters
    ----------
    source : sources.vectors.VectorSource
    """

    def __init__(self, source):
        self._source = source

    def take(self, indices: np.ndarray) -> np.ndarray:
        """Return the vectors at some indices as float32, shape (n, D).

        Raises
        ------
        InputError
            If some of them are too large for it.
        """
        vectors = np.asarray(self._source.vectors[indices]).astype(np.float32)
        if not np.isfinite(vectors).all():
            raise InputError(
                f"{self._source.about.source} holds numbers beyond the range of float32; "
                "scale them and save again."
            )
        return vectors
