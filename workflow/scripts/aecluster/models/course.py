"""The network of the course's hand-out, for images of 32 x 32 (the preset: config/course.yaml).

Its settings there: Adam, learning rate 1e-5, weight decay 1e-5, batches of 64, 100 epochs, mean
squared error, pixels in [-1, 1].
"""

from torch import nn

from aecluster.errors import InputError
from aecluster.models.autoencoder import Autoencoder

IMAGE_SIZE = (32, 32)
LATENT_DIM = 4096


class Network(Autoencoder):
    """Three convolutions with pooling to 256 x 4 x 4, three transposed convolutions back.

    Parameters
    ----------
    image_shape : (C, 32, 32)
    latent_dim : int
        4096; the network has no other size.

    Raises
    ------
    InputError
        For images or latents of another size.
    """

    def __init__(self, image_shape, latent_dim=4096):
        super().__init__()
        channels, *size = image_shape
        if tuple(size) != IMAGE_SIZE:
            raise InputError(
                f"architecture course takes images of 32 x 32, but these are {size[0]} x {size[1]}"
                "; set `size: 32` for the data set."
            )
        if latent_dim != LATENT_DIM:
            raise InputError(
                f"architecture course has latents of {LATENT_DIM} numbers, not {latent_dim}; "
                "remove `latent_dim` from the model."
            )
        self.encoder = nn.Sequential(
            nn.Conv2d(channels, 64, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(128, 256, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.decoder = nn.Sequential(
            nn.Unflatten(1, (256, 4, 4)),
            nn.ConvTranspose2d(256, 128, 5),
            nn.ReLU(),
            nn.ConvTranspose2d(128, 64, 9),
            nn.ReLU(),
            nn.ConvTranspose2d(64, channels, 17),
            nn.Tanh(),
        )
