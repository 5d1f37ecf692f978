"""What dataset.json says of a data set."""

import hashlib

import numpy as np

from aecluster.scoring.split import public_mask
from aecluster.sources.notes import sentences
from aecluster.sources.pixels import blocks
from aecluster.sources.source import About


def describe(
    about: About,
    images: np.ndarray,
    labels: np.ndarray,
    class_names: list[str],
    *,
    public: float = 0.5,
    seed: int = 0,
    skipped: dict[str, dict[str, str]] | None = None,
    files: dict | None = None,
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
    files : dict, optional
        As Source.facts.

    Returns
    -------
    dict
        `checksum` is the SHA-256 of the array's bytes, without the header of the file.
    """
    skipped, files = skipped or {"broken": {}, "other": {}}, files or {}
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
        "skipped": skipped,
        "damaged": files.get("damaged", {}),
        "read_as": sentences(skipped, files),
        "checksum": _sha256(images),
        "split": {
            "public": public,
            "seed": seed,
            "n_public": n_public,
            "n_private": len(images) - n_public,
        },
    }


def _sha256(images: np.ndarray) -> str:
    digest = hashlib.sha256()
    for _, block in blocks(images):
        digest.update(np.ascontiguousarray(block))
    return digest.hexdigest()
