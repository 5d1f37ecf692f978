"""What a trained model makes of all images: their latents."""

import os
from collections.abc import Iterator

import numpy as np
import torch

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_array, save_rows
from aecluster.models.autoencoder import Autoencoder
from aecluster.training.batches import pixels_to_tensor

# Shards are whole batches (`images_a_shard` of the rules), so that a network sees the same ones.
BATCH = 256


def encode(model: Autoencoder, images: np.ndarray, image_shape: tuple[int, int, int]) -> np.ndarray:
    """Return the latents of all images, as `encode_batches`, in one array of shape (N, D)."""
    return np.concatenate(list(encode_batches(model, images, image_shape)))


def write_latents(
    path: str | os.PathLike,
    model: Autoencoder,
    images: np.ndarray,
    image_shape: tuple[int, int, int],
) -> None:
    """Write the latents of all images, a batch at a time.

    Of no images, as a last shard may hold, they have the shape (0, 0).
    """
    if len(images):
        save_rows(path, encode_batches(model, images, image_shape), len(images))
    else:
        save_array(path, np.zeros((0, 0), np.float32))


def encode_batches(
    model: Autoencoder, images: np.ndarray, image_shape: tuple[int, int, int]
) -> Iterator[np.ndarray]:
    """Yield the latents of all images, a batch at a time.

    Parameters
    ----------
    model : Autoencoder
    images : ndarray of uint8, shape (N, H, W, C)
    image_shape : (C, H, W)
        What the model was trained on.

    Yields
    ------
    ndarray of float32, shape (n, D)

    Raises
    ------
    InputError
        If the images have another shape, or a latent is not finite.
    """
    height, width, channels = images.shape[1:]
    if (channels, height, width) != tuple(image_shape):
        how = "set `size` so that" if channels == image_shape[0] else "make all grey or all colour:"
        raise InputError(
            f"the model was trained on images of {_shown(*image_shape)}, but these are "
            f"{_shown(channels, height, width)}; {how} both data sets agree."
        )
    for start in range(0, len(images), BATCH):
        with torch.inference_mode():
            codes = model.encode(pixels_to_tensor(images[start : start + BATCH]))
        latents = codes.numpy().astype(np.float32)
        if not np.isfinite(latents).all():
            raise InputError(
                "the model gives latents that are not finite; lower its learning_rate."
            )
        yield latents


def _shown(channels: int, height: int, width: int) -> str:
    return f"{height} x {width} pixels and {channels} channel{'s' if channels > 1 else ''}"
