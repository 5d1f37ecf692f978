"""What is known of a sample of the images, and how large samples are."""

from typing import NamedTuple

import numpy as np

SIZE = 2000
ENCODED = 1000  # encoding them takes some 15 seconds; on 14 sets 1,500 chose the same


class Sample(NamedTuple):
    """Something of some images only.

    Attributes
    ----------
    images : ndarray of int, shape (n,)
        Which images, sorted.
    of : ndarray, shape (n, ...)
        A row for each of them.
    """

    images: np.ndarray
    of: np.ndarray

    def among(self, images: np.ndarray | None) -> "Sample":
        """Return the part that is of some images (sorted; None is all), numbered by their places
        among these."""
        if images is None:
            return self
        inside = np.isin(self.images, images)
        return Sample(np.searchsorted(images, self.images[inside]), self.of[inside])
