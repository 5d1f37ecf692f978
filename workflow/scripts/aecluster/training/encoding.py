"""The latents of all images in the middle of a training."""

import numpy as np
import torch

from aecluster.models.autoencoder import Autoencoder
from aecluster.training.batches import pixels_to_tensor

_BATCH = 256


def latents_of(model: Autoencoder, images: np.ndarray, device: torch.device) -> np.ndarray:
    """Return the latents of all images, float32 (N, D).

    The model is in evaluation mode meanwhile, and in training mode afterwards.
    """
    model.eval()
    with torch.no_grad():
        batches = (
            pixels_to_tensor(images[start : start + _BATCH]).to(device)
            for start in range(0, len(images), _BATCH)
        )
        latents = torch.cat([model.encode(batch).cpu() for batch in batches])
    model.train()
    return latents.float().numpy()
