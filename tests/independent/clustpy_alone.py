"""What is compared of ClustPy (Leiber et al. 2023), imported without torchvision."""

import bench.peers.no_torchvision  # noqa: F401

# isort: split
from clustpy.deep import _train_utils, dec, neural_networks
from clustpy.deep import mean_squared_error as squared_error

DEC, IDEC = dec.DEC, dec.IDEC
DecModule, target_of = dec._DEC_Module, dec._dec_compression_value
FeedforwardAutoencoder = neural_networks.FeedforwardAutoencoder
VariationalAutoencoder = neural_networks.VariationalAutoencoder
default_layers = _train_utils._get_default_layers

__all__ = ["squared_error"]
