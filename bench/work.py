"""The least work that a stage's results ask for, whatever the algorithm."""

from dataclasses import dataclass

import numpy as np

# Both sides make at least so many iterations (the workflow 150 + 300, scikit-learn 1,000), over 90
# neighbours an image: three times the perplexity of 30. An affinity is 8 bytes and an index 4.
_TSNE_ITERATIONS, _NEIGHBOURS, _BYTES_A_NEIGHBOUR = 450, 90, 12


@dataclass(frozen=True)
class Work:
    """An amount of arithmetic ("GFLOP") or of bytes moved ("GB"), and what it counts."""

    amount: float
    unit: str
    counts: str


def least_work(
    experiment: dict, shape: tuple[int, int, int, int], epochs: int | None = None
) -> dict[str, Work]:
    """Return the work of each stage for images of shape (N, H, W, C).

    `epochs` is that of all models, if it is not the experiment's.
    """
    n, height, width, channels = shape
    pixels = height * width * channels
    steps = {"train": 0.0, "latents": 0.0}
    for settings in experiment["models"].values():
        forth, step = flop_an_image(settings, (channels, height, width))
        steps["train"] += n * (epochs or settings["epochs"]) * step
        steps["latents"] += n * forth
    sums = dict.fromkeys(("kernel_pca", "tsne", "cluster"), 0.0)
    for settings in experiment["models"].values():
        for reduction in experiment["reductions"].values():
            dim = reduction["dim"]
            if reduction["method"] == "kernel_pca":
                sums["kernel_pca"] += 2 * n**2 * (settings["latent_dim"] + dim)
            else:
                sums["tsne"] += _TSNE_ITERATIONS * n * _NEIGHBOURS * _BYTES_A_NEIGHBOUR
            sums["cluster"] += len(experiment["clusterings"]) * 4 * n * dim
    giga = {name: amount / 1e9 for name, amount in {**steps, **sums}.items()}
    return {
        "images": Work(2 * n * pixels / 1e9, "GB", "pixels, read and written once"),
        "train": Work(giga["train"], "GFLOP", "forward and backward passes"),
        "latents": Work(giga["latents"], "GFLOP", "forward passes of the encoder"),
        "kernel_pca": Work(
            giga["kernel_pca"], "GFLOP", "the Gram matrix, and its product with the components"
        ),
        "tsne": Work(
            giga["tsne"],
            "GB",
            f"affinities of {_NEIGHBOURS} neighbours, read {_TSNE_ITERATIONS} times",
        ),
        "cluster": Work(giga["cluster"], "GB", "points, read once"),
    }


def flop_an_image(settings: dict, image_shape: tuple[int, int, int]) -> tuple[float, float]:
    """Return FLOP for one image of (encoding it, a training step)."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from aecluster.models.build import build_model

    model = build_model(settings, image_shape)
    batch = torch.zeros(8, *image_shape)
    with FlopCounterMode(display=False) as encoding:
        model.encode(batch)
    with FlopCounterMode(display=False) as training:
        torch.nn.functional.mse_loss(model(batch), batch).backward()
    counts = np.array([encoding.get_total_flops(), training.get_total_flops()])
    return tuple((counts / len(batch)).tolist())
