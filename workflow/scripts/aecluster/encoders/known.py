"""Features of the run before, found by the content of images: a picture more costs one picture."""

import contextlib
import hashlib
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import link, load_array, save_array


def image_digests(images: np.ndarray) -> np.ndarray:
    """Return a digest of the pixels of each of N images: uint64 (N, 2), of BLAKE2b."""
    digests = (
        hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest()
        for image in images
    )
    return np.frombuffer(b"".join(digests), np.uint64).reshape(-1, 2)


class KnownFeatures:
    """The features that were kept last, without a copy where the file system has hard links.

    Parameters
    ----------
    folder : path
    key : str
        What the features depend on beside the images. Those of another key are forgotten.
    """

    def __init__(self, folder: str | Path, key: str) -> None:
        self._folder = Path(folder)
        self._features, self._digests = (
            self._folder / f"{key}{suffix}.npy" for suffix in ("", ".digests")
        )

    def find(self, digests: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Look images up by their digests.

        Returns
        -------
        features : ndarray of float32, shape (M, D)
            All that are known, memory-mapped; (0, 0) where none are, or where a file was damaged.
        rows : ndarray of int64, shape (N,)
            Where the features of each image are among them; -1 where they are not known.
        """
        features, known = np.zeros((0, 0), np.float32), np.zeros((0, 2), np.uint64)
        with contextlib.suppress(InputError):
            known = load_array(self._digests)
            features = load_array(self._features, mmap=True)
        if len(features) != len(known):
            return np.zeros((0, 0), np.float32), np.full(len(digests), -1)
        row_of = {digest.tobytes(): row for row, digest in enumerate(known)}
        rows = [row_of.get(digest.tobytes(), -1) for digest in digests]
        return features, np.array(rows, np.int64)

    def keep(self, digests: np.ndarray, features: str | Path) -> None:
        """Keep a file of features, and nothing else."""
        if self._folder.is_dir():
            for file in self._folder.iterdir():
                file.unlink()
        link(features, self._features)
        save_array(self._digests, digests)
