"""How reconstruction and clusters change while a model is trained."""

from pathlib import Path

import numpy as np

from aecluster.clusterings.run import cluster
from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_array, save_array
from aecluster.models.autoencoder import Autoencoder
from aecluster.training.followed import SAMPLE, followed
from aecluster.training.latents import encode


def cluster_snapshots(
    model: Autoencoder,
    snapshots: dict[int, dict],
    images: np.ndarray,
    image_shape: tuple[int, int, int],
    clustering: dict,
    random_state: int,
) -> dict[str, np.ndarray]:
    """Reconstruct images and cluster their latents with the weights of each snapshot.

    Of many images a sample, see `followed`.

    Parameters
    ----------
    model : Autoencoder
        Of the architecture that the snapshots belong to; its weights are replaced.
    snapshots : dict of epoch -> state_dict
    images : ndarray of uint8, shape (N, H, W, C)
    image_shape : (C, H, W)
    clustering : dict
        Settings of a clusterer.
    random_state : int

    Returns
    -------
    dict
        epochs (E,), mse (E,) over the images, clusters int64 (E, n), n at most `followed.SAMPLE`.
    """
    if len(images) > SAMPLE:
        images = np.array(images[followed(len(images))])
    errors, groups = [], []
    for weights in snapshots.values():
        model.load_state_dict(weights)
        latents, error_of_images = encode(model, images, image_shape)
        settings = clustering["method"], clustering["n_clusters"], clustering["params"]
        groups.append(cluster(latents, *settings, random_state))
        errors.append(error_of_images.mean())
    return {
        "epochs": np.array(list(snapshots)),
        "mse": np.array(errors),
        "clusters": np.array(groups),
    }


def save_progress(path: str | Path, progress: dict[str, np.ndarray]) -> None:
    """Save what `cluster_snapshots` gives as one array: a row an epoch, [epoch, mse, clusters]."""
    table = np.column_stack([progress["epochs"], progress["mse"], progress["clusters"]])
    save_array(path, table.astype(np.float64))


def load_progress(path: str | Path, n_images: int) -> dict[str, np.ndarray]:
    """Load what `save_progress` wrote of a data set of `n_images`.

    Raises
    ------
    InputError
        If the file is damaged or of another number of images.
    """
    table = load_array(path)
    if table.ndim != 2 or table.shape[1] != min(n_images, SAMPLE) + 2:
        raise InputError(f"{path} is not a table for {n_images} images; delete it and run again.")
    return {
        "epochs": table[:, 0].astype(np.int64),
        "mse": table[:, 1],
        "clusters": table[:, 2:].astype(np.int64),
    }
