"""A residual convolutional autoencoder (He et al. 2016), with pixel shuffling (Shi et al. 2016)."""

from torch import Tensor, nn

from aecluster.models.autoencoder import Autoencoder
from aecluster.models.blocks import Crop, Pad, bottleneck, grid_of

AT_LEAST = {"width": 1}


class Network(Autoencoder):
    """Residual blocks at 1/4 and 1/8 of the resolution, on both ways.

    Pixel (un)shuffling moves between resolutions without losing numbers, so that most arithmetic
    is done on few, wide places: fast on a CPU.

    Parameters
    ----------
    image_shape : (C, H, W)
    latent_dim : int
    width : int
        Channels at 1/4 of the resolution; 1/8 has three times as many.
    """

    def __init__(self, image_shape, latent_dim=512, width=48):
        super().__init__()
        channels, height, breadth = image_shape
        inwards, outwards = bottleneck(3 * width, grid_of(image_shape, 8), latent_dim)
        self.encoder = nn.Sequential(
            Pad(8),
            nn.PixelUnshuffle(4),
            nn.Conv2d(16 * channels, width, 1),
            Residual(width),
            nn.PixelUnshuffle(2),
            nn.Conv2d(4 * width, 3 * width, 1),
            Residual(3 * width),
            inwards,
        )
        self.decoder = nn.Sequential(
            outwards,
            Residual(3 * width),
            nn.Conv2d(3 * width, 4 * width, 1),
            nn.PixelShuffle(2),
            Residual(width),
            nn.Conv2d(width, 16 * channels, 1),
            nn.PixelShuffle(4),
            Crop(height, breadth),
        )


class Residual(nn.Module):
    """x + f(x), where f starts as zero: at first the network is its shortest path."""

    def __init__(self, channels: int):
        super().__init__()
        self.change = nn.Sequential(
            nn.GELU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(channels, channels, 1),
        )
        nn.init.zeros_(self.change[-1].weight)
        nn.init.zeros_(self.change[-1].bias)

    def forward(self, features: Tensor) -> Tensor:
        """(B, channels, H, W) -> the same shape."""
        return features + self.change(features)
