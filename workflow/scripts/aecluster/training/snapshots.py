"""What the weights that a training kept on its way make of the images."""

import numpy as np

from aecluster.clusterings.run import cluster
from aecluster.models.autoencoder import Autoencoder
from aecluster.training.decoding import reconstruction_errors
from aecluster.training.latents import encode
from aecluster.training.progress import SAMPLE, followed


def cluster_snapshots(
    model: Autoencoder,
    snapshots: dict[int, dict],
    images: np.ndarray,
    image_shape: tuple[int, int, int],
    clustering: dict,
    random_state: int,
) -> dict[str, np.ndarray]:
    """Reconstruct images and cluster their latents with the weights of each snapshot.

    Of many images a sample, see `progress.followed`.

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
        epochs (E,), mse (E,) over the images, clusters int64 (E, n), n at most `progress.SAMPLE`.
    """
    if len(images) > SAMPLE:
        images = np.array(images[followed(len(images))])
    errors, groups = [], []
    for weights in snapshots.values():
        model.load_state_dict(weights)
        latents = encode(model, images, image_shape)
        settings = clustering["method"], clustering["n_clusters"], clustering["params"]
        groups.append(cluster(latents, *settings, random_state))
        errors.append(reconstruction_errors(model, images, latents).mean())
    return {
        "epochs": np.array(list(snapshots)),
        "mse": np.array(errors),
        "clusters": np.array(groups),
    }
