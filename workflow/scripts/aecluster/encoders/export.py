"""Export EfficientNet-Lite from PyTorch to ONNX.

python -m aecluster.encoders.export NETWORK SIZE > FILE
"""

import io
import sys
import traceback
import warnings

from aecluster.encoders.pretrained import OUTPUT, checked_weights
from aecluster.jobs.job import sentence_of

_EXPONENT = 3
_OPSET = 17


def export(network: str, size: int) -> bytes:
    """Return the network as an ONNX graph: images (n, 3, H, W) to features (n, D), float32.

    Raises
    ------
    InputError
        If the weights are missing or damaged.
    """
    import torch

    model = features_of(load_network(network, size))
    graph = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about tracing and its successor
        torch.onnx.export(
            model.eval(),
            (torch.zeros(2, 3, size, size),),
            graph,
            dynamo=False,  # the other one needs more packages
            opset_version=_OPSET,
            input_names=["images"],
            output_names=[OUTPUT],
            dynamic_axes={"images": {0: "n"}, OUTPUT: {0: "n"}},
        )
    return graph.getvalue()


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
        sys.stdout.buffer.write(export(sys.argv[1], int(sys.argv[2])))
    except Exception as error:
        traceback.print_exc()
        sys.exit(sentence_of(error))
