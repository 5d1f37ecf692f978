"""Export EfficientNet-Lite from PyTorch to ONNX.

python -m aecluster.encoders.export FILE NETWORK SIZE
"""

import sys
import warnings
from pathlib import Path

from aecluster.encoders.pretrained import OUTPUT, checked_weights
from aecluster.errors import InputError
from aecluster.jobs.artifacts import written_whole

_EXPONENT = 3
_OPSET = 17


def export(path: str | Path, network: str, size: int) -> None:
    """Write the network as an ONNX graph: images (n, 3, H, W) to features (n, D), float32.

    Raises
    ------
    InputError
        If the weights are missing or damaged.
    """
    import torch

    model = features_of(load_network(network, size))
    with written_whole(path) as draft, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about tracing and its successor
        torch.onnx.export(
            model.eval(),
            (torch.zeros(2, 3, size, size),),
            str(draft),
            dynamo=False,  # the other one needs more packages
            opset_version=_OPSET,
            input_names=["images"],
            output_names=[OUTPUT],
            dynamic_axes={"images": {0: "n"}, OUTPUT: {0: "n"}},
        )


def load_network(network: str, size: int):
    """Return the network with its weights, which run no code: `weights_only`."""
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    file = checked_weights(network)
    model = EfficientNet.from_name(network, image_size=size)
    model.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    return model


def features_of(network):
    """Return a module that gives the pooled features of the last two stages of a network."""
    import torch
    from torch import nn
    from torch.nn import functional

    class Features(nn.Module):
        """(n, 3, H, W) -> (n, D)."""

        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, images):
            net = self.network
            maps = net._swish(net._bn0(net._conv_stem(images)))
            for block in net._blocks:
                maps = block(maps)
            head = net._swish(net._bn1(net._conv_head(maps)))
            pooled = [self._generalised_mean(stage) for stage in (head, maps)]
            return torch.cat([functional.normalize(stage) for stage in pooled], dim=1) / 2**0.5

        @staticmethod
        def _generalised_mean(maps):
            return maps.clamp(min=1e-6).pow(_EXPONENT).mean((2, 3)).pow(1 / _EXPONENT)

    return Features()


if __name__ == "__main__":
    try:
        export(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    except InputError as error:
        sys.exit(str(error))
