"""A small convolutional autoencoder: two strided layers each way, made to be fast on a CPU."""

from torch import nn

from aecluster.models.autoencoder import Autoencoder
from aecluster.models.blocks import Crop, Pad, bottleneck, grid_of

AT_LEAST = {"width": 1}


class Network(Autoencoder):
    """Patches of 4 x 4, then of 2 x 2, each seen once; latents keep their place in the image.

    Parameters
    ----------
    image_shape : (C, H, W)
    latent_dim : int
    width : int
        Channels of the first layer; the second has twice as many.
    """

    def __init__(self, image_shape, latent_dim=512, width=32):
        super().__init__()
        channels, height, breadth = image_shape
        inwards, outwards = bottleneck(2 * width, grid_of(image_shape, 8), latent_dim)
        self.encoder = nn.Sequential(
            Pad(8),
            nn.Conv2d(channels, width, 4, stride=4),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 2, stride=2),
            nn.ReLU(),
            inwards,
        )
        self.decoder = nn.Sequential(
            outwards,
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 2, stride=2),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=4),
            Crop(height, breadth),
        )
