"""What is compared of ClustPy (Leiber et al. 2023), imported without torchvision.

ClustPy needs torchvision for data and networks that are not compared, but imports it always; some
builds of it bring a torch of several GB. Modules with nothing in them take its place.
"""

import sys
from types import ModuleType, SimpleNamespace

_NAMES = ("torchvision", "torchvision.models", "torchvision.models._api")
_PACKAGE, _MODELS, _API = (ModuleType(name) for name in _NAMES)
_PACKAGE.datasets = SimpleNamespace(VisionDataset=object)
_API.Weights = _API.WeightsEnum = object
sys.modules |= dict(zip(_NAMES, (_PACKAGE, _MODELS, _API), strict=True))

from clustpy.deep import _train_utils, dec, neural_networks  # noqa: E402
from clustpy.deep import mean_squared_error as squared_error  # noqa: E402

DEC, IDEC = dec.DEC, dec.IDEC
DecModule, target_of = dec._DEC_Module, dec._dec_compression_value
FeedforwardAutoencoder = neural_networks.FeedforwardAutoencoder
VariationalAutoencoder = neural_networks.VariationalAutoencoder
default_layers = _train_utils._get_default_layers

__all__ = ["squared_error"]
