"""What every autoencoder is to the rest: encode, decode, loss."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn


@dataclass(frozen=True)
class Batch:
    """What a training step sees; pixels are floats in [-1, 1]."""

    images: Tensor  # (B, C, H, W), as they are stored
    views: list[Tensor]  # augmented copies of the images, as many as the model wants
    inputs: list[Tensor]  # the views with noise on them (or the same)
    indices: np.ndarray  # (B,) of int64, which images these are


class Autoencoder(nn.Module):
    """An encoder and a decoder; pixels are floats in [-1, 1], images of shape (B, C, H, W).

    A new architecture is one new module of this package with a class `Network(Autoencoder)` whose
    constructor takes `image_shape` (C, H, W), usually `latent_dim`, and keyword arguments of its
    own (`params` in the config), and sets `self.encoder` and `self.decoder`. One that goes on from
    another trained model (`after` in the config) takes it as `start`. A module that takes one size
    of images or latents only says so with `IMAGE_SIZE = (height, width)` and `LATENT_DIM` at its
    top: then others are refused before any job starts.
    """

    encoder: nn.Module
    decoder: nn.Module
    n_views: int = 1

    def encode(self, images: Tensor) -> Tensor:
        """Return the latents of images, shape (B, latent_dim)."""
        return self.encoder(images)

    def decode(self, latents: Tensor) -> Tensor:
        """Return the images that latents stand for, shape (B, C, H, W)."""
        return self.decoder(latents)

    def forward(self, images: Tensor) -> Tensor:
        """Return the reconstructions of images."""
        return self.decode(self.encode(images))

    def start_epoch(self, epoch: int, encode_all: Callable[[], np.ndarray], seed: int) -> None:
        """Prepare for an epoch (the first is 1); `encode_all()` gives the latents of all images."""

    def loss(self, batch: Batch, reconstruction_loss: Callable) -> Tensor:
        """Return what training minimizes, a scalar.

        `reconstruction_loss` is a function of (reconstructions, targets).
        """
        return reconstruction_loss(self(batch.inputs[0]), batch.views[0])
