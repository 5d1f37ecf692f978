"""What every autoencoder is to the rest: encode, decode, loss."""

from torch import Tensor, nn


class Autoencoder(nn.Module):
    """An encoder and a decoder; pixels are floats in [-1, 1], images of shape (B, C, H, W).

    A new architecture is one new module of this package with a class `Network(Autoencoder)` whose
    constructor takes `image_shape` (C, H, W), usually `latent_dim`, and keyword arguments of its
    own (`params` in the config), and sets `self.encoder` and `self.decoder`. A module that takes
    one size of images or latents only says so with `IMAGE_SIZE = (height, width)` and `LATENT_DIM`
    at its top: then others are refused before any job starts.
    """

    encoder: nn.Module
    decoder: nn.Module

    def encode(self, images: Tensor) -> Tensor:
        """Return the latents of images, shape (B, latent_dim)."""
        return self.encoder(images)

    def decode(self, latents: Tensor) -> Tensor:
        """Return the images that latents stand for, shape (B, C, H, W)."""
        return self.decoder(latents)

    def forward(self, images: Tensor) -> Tensor:
        """Return the reconstructions of images."""
        return self.decode(self.encode(images))

    def loss(self, inputs: Tensor, targets: Tensor, reconstruction_loss) -> Tensor:
        """Return what training minimizes, a scalar.

        `inputs` are `targets` with noise on them (or the same); `reconstruction_loss` is a
        function of (reconstructions, targets).
        """
        return reconstruction_loss(self(inputs), targets)
