"""The fully connected autoencoder of DEC (Xie, Girshick and Farhadi 2016) and N2D (McConville et
al. 2020): 500-500-2000-10 units, and back.

Both papers begin with a greedy training of each layer; here it is trained at once, as N2D's code
does.
"""

import math
from itertools import pairwise

from torch import nn

from aecluster.models.autoencoder import Autoencoder


class Network(Autoencoder):
    """Linear layers with ReLU between them; the latents and the pixels have none.

    Parameters
    ----------
    image_shape : (C, H, W)
    latent_dim : int
    widths : list of int
        Units of the encoder's hidden layers; the decoder has them in reverse.
    """

    def __init__(self, image_shape, latent_dim=10, widths=(500, 500, 2000)):
        super().__init__()
        sizes = [math.prod(image_shape), *widths, latent_dim]
        self.encoder = nn.Sequential(nn.Flatten(), *_layers(sizes))
        self.decoder = nn.Sequential(*_layers(sizes[::-1]), nn.Unflatten(1, tuple(image_shape)))


def _layers(sizes: list[int]) -> list[nn.Module]:
    layers = []
    for before, after in pairwise(sizes):
        linear = nn.Linear(before, after)
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return layers[:-1]
