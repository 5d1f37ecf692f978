"""Layers that architectures share."""

import math

from torch import Tensor, nn
from torch.nn import functional


class Pad(nn.Module):
    """Repeat the last rows and columns until height and width are multiples of `multiple`."""

    def __init__(self, multiple: int):
        super().__init__()
        self.multiple = multiple

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H + h, W + w)."""
        height, width = (-size % self.multiple for size in images.shape[2:])
        if not height and not width:
            return images
        return functional.pad(images, (0, width, 0, height), mode="replicate")


class Crop(nn.Module):
    """Cut images to height x width from the top left: the inverse of Pad."""

    def __init__(self, height: int, width: int):
        super().__init__()
        self.height, self.width = height, width

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H + h, W + w) -> (B, C, H, W)."""
        return images[:, :, : self.height, : self.width]


def bottleneck(
    channels: int, grid: tuple[int, int], latent_dim: int
) -> tuple[nn.Module, nn.Module]:
    """Return layers from features (B, channels, *grid) to latents (B, latent_dim), and back.

    A convolution of 1 x 1 keeps the place of every feature: it learns from all places at once and
    is far smaller than a linear layer over all of them. Where latent_dim is no multiple of the
    grid's size, a linear layer makes up the difference.
    """
    places = grid[0] * grid[1]
    depth = math.ceil(latent_dim / places)
    exact = depth * places == latent_dim
    inwards = [nn.Conv2d(channels, depth, 1), nn.Flatten()]
    outwards = [nn.Unflatten(1, (depth, *grid)), nn.Conv2d(depth, channels, 1)]
    if not exact:
        inwards.append(nn.Linear(depth * places, latent_dim))
        outwards.insert(0, nn.Linear(latent_dim, depth * places))
    return nn.Sequential(*inwards), nn.Sequential(*outwards)


def grid_of(image_shape: tuple[int, int, int], stride: int) -> tuple[int, int]:
    """Return (rows, columns) of the features of an image after a total stride, padded up."""
    return math.ceil(image_shape[1] / stride), math.ceil(image_shape[2] / stride)
