"""The power spectrum of an image as its latents (Torralba and Oliva 2003, Network 14:391): nothing
that has to be learned, as a check of what simple statistics tell.

Where groups of this model fit the labels as well as those of a trained one, suspect how the images
were made: collections that were resampled or compressed in different ways differ in their highest
frequencies, whatever they show.
"""

import torch
from torch import Tensor, nn

from aecluster.models.autoencoder import Autoencoder


class Network(Autoencoder):
    """The encoder is fixed; the decoder, one linear layer, guesses the image from its spectrum.

    Parameters
    ----------
    image_shape : (C, H, W)
        Colours are averaged; the latents are H (W // 2 + 1) logarithms of amplitudes.
    """

    def __init__(self, image_shape):
        super().__init__()
        channels, height, width = image_shape
        frequencies = height * (width // 2 + 1)
        self.encoder = LogSpectrum()
        self.decoder = nn.Sequential(
            nn.Linear(frequencies, channels * height * width),
            nn.Unflatten(1, (channels, height, width)),
        )


class LogSpectrum(nn.Module):
    """Logarithms of the amplitudes of the two-dimensional Fourier transform, without the mean."""

    _SMALLEST = 1e-3  # one grey value of 255 on one pixel has an amplitude of 4e-3

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) in [-1, 1] -> (B, H (W // 2 + 1))."""
        grey = (images.float().mean(1) + 1) / 2
        grey = grey - grey.mean((1, 2), keepdim=True)
        return torch.log(torch.fft.rfft2(grey).abs() + self._SMALLEST).flatten(1)
