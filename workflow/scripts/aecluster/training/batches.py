"""From stored bytes to batches of floats."""

import numpy as np
import torch
from torch import Tensor


def pixels_to_tensor(images: np.ndarray) -> Tensor:
    """Turn uint8 images (B, H, W, C) into floats in [-1, 1] of shape (B, C, H, W)."""
    # A copy only if it must be: torch warns of memory that it may not write to (memory maps).
    batch = torch.from_numpy(np.require(images, requirements=["C", "W"])).permute(0, 3, 1, 2)
    return batch.float().div_(127.5).sub_(1)


def tensor_to_pixels(batch: Tensor) -> np.ndarray:
    """Turn floats in [-1, 1] of shape (B, C, H, W) into uint8 images (B, H, W, C)."""
    scaled = batch.detach().add(1).mul(127.5).round().clamp(0, 255)
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
