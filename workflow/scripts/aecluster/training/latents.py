"""What a trained model makes of all images: latents, and how well they are reconstructed."""

import os
from collections.abc import Iterator

import numpy as np
import torch

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_array, save_rows
from aecluster.models.autoencoder import Autoencoder
from aecluster.training.batches import pixels_to_tensor, tensor_to_pixels

# Shards are whole batches (`images_a_shard` of the rules), so that a network sees the same ones.
_BATCH = 256


def encode(
    model: Autoencoder, images: np.ndarray, image_shape: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the latents of all images and the error of each reconstruction.

    As `encode_batches`, in arrays of shape (N, D) and (N,).
    """
    latents, errors = zip(*encode_batches(model, images, image_shape), strict=True)
    return np.concatenate(latents), np.concatenate(errors)


def write_latents(
    path: str | os.PathLike,
    model: Autoencoder,
    images: np.ndarray,
    image_shape: tuple[int, int, int],
) -> np.ndarray:
    """Write the latents of all images, a batch at a time; return the error of each, shape (N,).

    Of no images, as a last shard may hold, the latents have the shape (0, 0).
    """
    if not len(images):
        save_array(path, np.zeros((0, 0), np.float32))
        return np.zeros(0)
    errors = np.empty(len(images))

    def latents() -> Iterator[np.ndarray]:
        start = 0
        for codes, of_batch in encode_batches(model, images, image_shape):
            # Copied: small arrays that stay, between large ones that go, would leave holes.
            errors[start : start + len(codes)] = of_batch
            start += len(codes)
            yield codes

    save_rows(path, latents(), len(images))
    return errors


def encode_batches(
    model: Autoencoder, images: np.ndarray, image_shape: tuple[int, int, int]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the latents of all images and the error of each reconstruction, a batch at a time.

    Parameters
    ----------
    model : Autoencoder
    images : ndarray of uint8, shape (N, H, W, C)
    image_shape : (C, H, W)
        What the model was trained on.

    Yields
    ------
    latents : ndarray of float32, shape (n, D)
    errors : ndarray of float64, shape (n,)
        Mean squared error of each image, pixels in [-1, 1].

    Raises
    ------
    InputError
        If the images have another shape, or a latent is not finite.
    """
    height, width, channels = images.shape[1:]
    if (channels, height, width) != tuple(image_shape):
        raise InputError(
            f"the model was trained on images of {_shown(*image_shape)}, but these are "
            f"{_shown(channels, height, width)}; set `size` so that both data sets agree."
        )
    for start in range(0, len(images), _BATCH):
        with torch.inference_mode():
            batch = pixels_to_tensor(images[start : start + _BATCH])
            codes = model.encode(batch)
            difference = model.decode(codes) - batch
        latents = codes.numpy().astype(np.float32)
        if not np.isfinite(latents).all():
            raise InputError(
                "the model gives latents that are not finite; lower its learning_rate."
            )
        yield latents, difference.double().square().mean((1, 2, 3)).numpy()


def reconstruct(model: Autoencoder, images: np.ndarray) -> np.ndarray:
    """Return the reconstructions of a few images, uint8, shape (n, H, W, C)."""
    with torch.inference_mode():
        return tensor_to_pixels(model(pixels_to_tensor(images)))


def _shown(channels: int, height: int, width: int) -> str:
    return f"{height} x {width} pixels and {channels} channel{'s' if channels > 1 else ''}"
