"""To be imported before ClustPy: it then loads without torchvision.

ClustPy needs torchvision for data and networks that are not used here, but imports it always; some
builds of it bring a torch of several GB. Modules with nothing in them take its place.
"""

import sys
from types import ModuleType, SimpleNamespace

_NAMES = ("torchvision", "torchvision.models", "torchvision.models._api")
_PACKAGE, _MODELS, _API = (ModuleType(name) for name in _NAMES)
_PACKAGE.datasets = SimpleNamespace(VisionDataset=object)
_API.Weights = _API.WeightsEnum = object
sys.modules |= dict(zip(_NAMES, (_PACKAGE, _MODELS, _API), strict=True))
