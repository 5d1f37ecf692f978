"""How good the results of a side are: the same measures on both, after the clocks have stopped."""

from pathlib import Path

import numpy as np

_SAMPLE = 2000
MSE, TRUST, ACCURACY = "reconstruction MSE", "trustworthiness", "accuracy"


def quality(home: Path, experiment: dict, run: int, images: np.ndarray, labels: np.ndarray) -> list:
    """Measure what a side left behind.

    Parameters
    ----------
    home : path
        Holds {model}/seed{run}/...
    experiment : dict
        Complete.
    run : int
    images : ndarray of uint8, shape (N, H, W, C)
    labels : ndarray of int64, shape (N,)

    Returns
    -------
    list of dict
        stage, cell, measure, value; of accuracy also its chance level.

        - reconstruction MSE of all images, pixels in [-1, 1];
        - trustworthiness (Venna and Kaski 2001), 5 neighbours, of a reduction: of what it gave in
          what it got, on the same random images;
        - accuracy of the clusters, by the best matching to the classes.
    """
    rows = []
    for model, settings in experiment["models"].items():
        folder = home / model / f"seed{run}"
        rows.append(_row("train", model, MSE, _error(folder / "model.pt", settings, images)))
        for name, reduction in experiment["reductions"].items():
            got = _features(folder, reduction["after"])
            value = _trustworthiness(got, np.load(folder / name / "embedding.npy"))
            rows.append(_row(reduction["method"], f"{model}, {name}", TRUST, value))
        for cell, clusters in _clusters(folder, model, experiment):
            scored = _accuracy(clusters, labels)
            row = _row("cluster", cell, ACCURACY, scored.overall)
            rows.append(row | {"chance": scored.chance})
    return rows


def agreement(homes: list[Path], experiment: dict, run: int) -> dict[str, float]:
    """Return the adjusted Rand index (Hubert and Arabie 1985) of the two sides in each cell."""
    from sklearn.metrics import adjusted_rand_score

    sides = [
        {
            cell: clusters
            for model in experiment["models"]
            for cell, clusters in _clusters(home / model / f"seed{run}", model, experiment)
        }
        for home in homes
    ]
    return {cell: float(adjusted_rand_score(*(side[cell] for side in sides))) for cell in sides[0]}


def _row(stage: str, cell: str, measure: str, value: float) -> dict:
    return {"stage": stage, "cell": cell, "measure": measure, "value": float(value)}


def _error(file: Path, settings: dict, images: np.ndarray) -> float:
    import torch

    from aecluster.models.build import build_model
    from aecluster.training.decoding import reconstruction_errors
    from aecluster.training.latents import encode

    height, width, channels = images.shape[1:]
    shape = (channels, height, width)
    model = build_model(settings, shape).eval()
    content = torch.load(file, weights_only=True)
    model.load_state_dict(content.get("state_dict", content))
    return reconstruction_errors(model, images, encode(model, images, shape)).mean()


def _features(folder: Path, after: str | None) -> np.ndarray:
    """What a reduction got; kernel PCA standardizes latents on both sides."""
    if after is not None:
        return np.load(folder / after / "embedding.npy")
    latents = np.load(folder / "latents.npy")
    sd = latents.std(0)
    return (latents - latents.mean(0)) / np.where(sd, sd, 1)


def _trustworthiness(got: np.ndarray, gave: np.ndarray) -> float:
    from sklearn.manifold import trustworthiness

    chosen = np.random.default_rng(0).permutation(len(got))[:_SAMPLE]
    return trustworthiness(got[chosen], gave[chosen], n_neighbors=5)


def _clusters(folder: Path, model: str, experiment: dict):
    for name in experiment["reductions"]:
        for clustering in experiment["clusterings"]:
            file = folder / name / clustering / "clusters.csv"
            rows = np.loadtxt(file, dtype=np.int64, delimiter=",", skiprows=1)
            yield f"{model}, {name}", rows[:, 1]


def _accuracy(clusters: np.ndarray, labels: np.ndarray):
    from aecluster.metrics.accuracy import accuracy

    return accuracy(clusters, labels, np.ones(len(labels), bool))
