"""A variational autoencoder (Kingma and Welling 2014), with a weight on its prior (Higgins et al.
2017); the network is that of `deeper`."""

import torch
from torch import Tensor

from aecluster.models import deeper
from aecluster.models.autoencoder import Autoencoder

AT_LEAST = {"width": 1, "beta": 0.0}


class Network(Autoencoder):
    """The encoder gives mean and log variance of each latent; the mean is the latent.

    Parameters
    ----------
    image_shape : (C, H, W)
    latent_dim : int
    width : int
        As in `deeper`.
    beta : float
        Weight of the Kullback-Leibler divergence from the standard normal prior, summed over
        latents, against the reconstruction loss, summed over pixels.
    """

    def __init__(self, image_shape, latent_dim=128, width=48, beta=0.2):
        super().__init__()
        self.beta = beta
        self.encoder = deeper.Network(image_shape, 2 * latent_dim, width).encoder
        self.decoder = deeper.Network(image_shape, latent_dim, width).decoder

    def encode(self, images: Tensor) -> Tensor:
        """Return the means of the latents, shape (B, latent_dim)."""
        return self.encoder(images).chunk(2, dim=1)[0]

    def loss(self, batch, reconstruction_loss) -> Tensor:
        """Return the negative evidence lower bound of one sample a latent, for each pixel."""
        mean, log_variance = self.encoder(batch.inputs[0]).chunk(2, dim=1)
        latents = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        error = reconstruction_loss(self.decode(latents), batch.views[0])
        divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean() / 2
        return error + self.beta * divergence / batch.images[0].numel()
