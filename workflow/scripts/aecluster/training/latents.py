"""What a trained model makes of all images: latents, and how well they are reconstructed."""

import numpy as np
import torch

from aecluster.errors import InputError
from aecluster.models.autoencoder import Autoencoder
from aecluster.training.batches import pixels_to_tensor, tensor_to_pixels

_BATCH = 256


def encode(
    model: Autoencoder, images: np.ndarray, image_shape: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the latents of all images and the error of each reconstruction.

    Parameters
    ----------
    model : Autoencoder
    images : ndarray of uint8, shape (N, H, W, C)
    image_shape : (C, H, W)
        What the model was trained on.

    Returns
    -------
    latents : ndarray of float32, shape (N, D)
    errors : ndarray of float64, shape (N,)
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
    latents, errors = [], []
    with torch.inference_mode():
        for start in range(0, len(images), _BATCH):
            batch = pixels_to_tensor(images[start : start + _BATCH])
            codes = model.encode(batch)
            latents.append(codes.numpy())
            difference = model.decode(codes) - batch
            errors.append(difference.double().square().mean((1, 2, 3)).numpy())
    latents, errors = np.concatenate(latents).astype(np.float32), np.concatenate(errors)
    if not np.isfinite(latents).all():
        raise InputError("the model gives latents that are not finite; lower its learning_rate.")
    return latents, errors


def reconstruct(model: Autoencoder, images: np.ndarray) -> np.ndarray:
    """Return the reconstructions of a few images, uint8, shape (n, H, W, C)."""
    with torch.inference_mode():
        return tensor_to_pixels(model(pixels_to_tensor(images)))


def summarise_errors(errors: np.ndarray, n_extremes: int = 20) -> dict:
    """Return the mean squared error over all images and a summary over single images.

    `best` and `worst` are indices of images, the most extreme first.
    """
    order = np.argsort(errors, kind="stable")
    quantiles = np.quantile(errors, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
    names = ["min", "q05", "q25", "median", "q75", "q95", "max"]
    return {
        "mse": float(errors.mean()),
        "pixels": "[-1, 1]",
        "n_images": len(errors),
        "per_image": {
            "sd": float(errors.std(ddof=1)) if len(errors) > 1 else 0.0,
            **dict(zip(names, map(float, quantiles), strict=True)),
        },
        "best": order[:n_extremes].tolist(),
        "worst": order[::-1][:n_extremes].tolist(),
    }


def _shown(channels: int, height: int, width: int) -> str:
    return f"{height} x {width} pixels and {channels} channel{'s' if channels > 1 else ''}"
