"""The features of all images: what an encoder that is not trained here makes of them."""

import importlib
import logging
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from aecluster.encoders.known import KnownFeatures, image_digests
from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_array, save_rows

logger = logging.getLogger("aecluster")

# Shards are whole blocks (`images_a_shard` of the rules), and each block begins with a batch of its
# own, so that a graph sees the same batches.
_BLOCK = 256
_PART = 32  # images that a thread takes at a time: few, so that all threads end together
_SECONDS_BETWEEN_LINES = 5


def build_encoder(settings: dict, path: str):
    """Return the encoder of a model of the config, whose graph is in a file.

    Parameters
    ----------
    settings : dict
        `architecture` (a module of this package), `params`, `size` and `device`.
    path : str
        The .onnx file.
    """
    module = importlib.import_module(f"aecluster.encoders.{settings['architecture']}")
    params = {key: value for key, value in settings["params"].items() if key != "path"}
    if settings["size"] is not None:
        params["size"] = settings["size"]
    try:
        return module.Encoder(path, device=settings["device"], **params)
    except TypeError as error:
        raise InputError(
            f"architecture {settings['architecture']} does not take its params: {error}."
        ) from error


def write_features(
    path: str | os.PathLike,
    encoder,
    images: np.ndarray,
    n_threads: int = 1,
    name: str = "",
    known: KnownFeatures | None = None,
) -> None:
    """Write the features of all images as float32 (N, D), part by part.

    Parameters
    ----------
    path : path
    encoder : object
        With encode(images) -> float32 (n, D), in batches of batch_size.
    images : ndarray of uint8, shape (N, H, W, C)
        May be memory-mapped. Of no images, as a last shard may hold, the features have the shape
        (0, 0).
    n_threads : int
        Parts that are encoded at a time; each of them by one thread, so that the number of threads
        changes no result.
    name : str
        What to call this in lines on the screen.
    known : KnownFeatures or None
        Where those of earlier images are, and these are kept. For encoders alone whose features of
        an image do not depend on its batch.
    """
    if not len(images):
        save_array(path, np.zeros((0, 0), np.float32))
        return
    if known is None:
        found, rows = np.zeros((0, 0), np.float32), np.full(len(images), -1)
    else:
        digests = image_digests(images)
        found, rows = known.find(digests)
        logger.info("%d of %d images are known", (rows >= 0).sum(), len(images))
    new = _encoded(encoder, images, np.flatnonzero(rows < 0), n_threads)
    save_rows(path, _told(_merged(found, rows, new), len(images), name), len(images))
    if known is not None:
        known.keep(digests, path)


def _merged(found: np.ndarray, rows: np.ndarray, new: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield features in the order of the images: rows of what was found, and new ones where -1."""
    if not len(found):
        yield from new
        return
    waiting = np.zeros((0, found.shape[1]), np.float32)
    for start in range(0, len(rows), _BLOCK):
        part = rows[start : start + _BLOCK]
        missing = part < 0
        while len(waiting) < missing.sum():
            waiting = np.concatenate([waiting, next(new)])
        block = found[part]
        block[missing], waiting = waiting[: missing.sum()], waiting[missing.sum() :]
        yield block


def _told(parts: Iterator[np.ndarray], n_images: int, name: str) -> Iterator[np.ndarray]:
    """Pass features on, and say now and then how far they are."""
    done, last_shown = 0, time.monotonic()
    for part in parts:
        yield part
        done += len(part)
        show = time.monotonic() - last_shown > _SECONDS_BETWEEN_LINES
        last_shown = time.monotonic() if show else last_shown
        logger.info("%s: image %d/%d", name, done, n_images, extra={"show": show})


def _encoded(
    encoder, images: np.ndarray, chosen: np.ndarray, n_threads: int
) -> Iterator[np.ndarray]:
    """Yield the features of one part of chosen images after the other, few of them in memory."""
    with ThreadPoolExecutor(n_threads) as pool:
        waiting = []
        for part in _parts(chosen, encoder.batch_size):
            waiting.append(pool.submit(encoder.encode, images[part]))
            if len(waiting) > n_threads:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()


def _parts(chosen: np.ndarray, batch_size: int) -> Iterator[np.ndarray]:
    """Yield parts of whole batches, but for the last one of a block."""
    size = batch_size * max(1, _PART // batch_size)
    for first in range(0, len(chosen), _BLOCK):
        block = chosen[first : first + _BLOCK]
        for start in range(0, len(block), size):
            yield block[start : start + size]
