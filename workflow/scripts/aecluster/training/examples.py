"""Reconstruct the images that the figures show."""

import logging

import numpy as np

from aecluster.models.autoencoder import Autoencoder
from aecluster.training.decoding import reconstruct, reconstruction_errors
from aecluster.training.latents import encode
from aecluster.training.reconstructions import Examples

logger = logging.getLogger("aecluster")


def make_examples(
    model: Autoencoder,
    images: np.ndarray,
    image_shape: tuple[int, int, int],
    show: dict,
    summary: dict,
) -> dict[str, Examples]:
    """Reconstruct the chosen, the best and the worst images.

    Parameters
    ----------
    model : Autoencoder
    images : ndarray of uint8, shape (N, H, W, C)
        May be memory-mapped: only what is shown is read.
    image_shape : (C, H, W)
        What the model was trained on.
    show : dict
        As in the config: indices (those that are not there are left out) and extremes.
    summary : dict
        What `summarise_errors` returned for these images.
    """
    chosen = [index for index in show["indices"] if index < len(images)]
    if missing := sorted(set(show["indices"]) - set(chosen)):
        logger.info(
            "show.indices: %s left out, there are only %d images",
            ", ".join(map(str, missing)),
            len(images),
        )
    indices = {
        "chosen": chosen,
        "best": summary["best"][: show["extremes"]],
        "worst": summary["worst"][: show["extremes"]],
    }
    return {name: _examples(model, images, image_shape, group) for name, group in indices.items()}


def _examples(model, images, image_shape, indices: list[int]) -> Examples:
    where = np.array(indices, dtype=np.int64)
    originals = np.ascontiguousarray(images[where])
    if not indices:
        return Examples(where, originals, originals, np.zeros(0))
    errors = reconstruction_errors(model, originals, encode(model, originals, image_shape))
    return Examples(where, originals, reconstruct(model, originals), errors)
