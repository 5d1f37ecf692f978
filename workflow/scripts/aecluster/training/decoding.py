"""How a trained model reconstructs images, and how far off it is."""

import numpy as np
import torch

from aecluster.models.autoencoder import Autoencoder
from aecluster.training.batches import pixels_to_tensor, tensor_to_pixels
from aecluster.training.latents import BATCH


def reconstruction_errors(
    model: Autoencoder, images: np.ndarray, latents: np.ndarray
) -> np.ndarray:
    """Return the mean squared error of each image, pixels in [-1, 1].

    Parameters
    ----------
    model : Autoencoder
    images : ndarray of uint8, shape (N, H, W, C)
    latents : ndarray of float32, shape (N, D)
        What the model makes of the images.

    Returns
    -------
    ndarray of float64, shape (N,)
    """
    errors = np.empty(len(images))
    for start in range(0, len(images), BATCH):
        batch = slice(start, start + BATCH)
        with torch.inference_mode():
            decoded = model.decode(torch.from_numpy(np.array(latents[batch])))
            difference = decoded - pixels_to_tensor(images[batch])
        errors[batch] = difference.double().square().mean((1, 2, 3)).numpy()
    return errors


def reconstruct(model: Autoencoder, images: np.ndarray) -> np.ndarray:
    """Return the reconstructions of a few images, uint8, shape (n, H, W, C)."""
    with torch.inference_mode():
        return tensor_to_pixels(model(pixels_to_tensor(images)))
