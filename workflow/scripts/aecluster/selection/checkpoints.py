"""The epoch of each model at which its clusters are most alike from seed to seed."""

import numpy as np
import pandas as pd

from aecluster.consensus.agreement import adjusted_rand
from aecluster.consensus.members import ONE_GROUP
from aecluster.selection.reproducibility import stability


def select_checkpoint(epochs: np.ndarray, clusters: np.ndarray) -> pd.DataFrame:
    """Choose an epoch of one model by stability.

    Parameters
    ----------
    epochs : ndarray of int64, shape (E,)
    clusters : ndarray of int, shape (S, E, N)
        Groups of the latents of each seed at each of these epochs.

    Returns
    -------
    DataFrame
        One row an epoch: epoch, stability (mean adjusted Rand index of the seeds), largest_cluster
        (mean part of the images) and chosen. The last epoch is chosen where there is one seed, or
        where all others are collapsed; of equally stable ones the later.
    """
    n_seeds, n_epochs, n_images = clusters.shape
    everything = np.arange(n_seeds)
    largest = [
        np.mean([np.unique(of_seed[e], return_counts=True)[1].max() for of_seed in clusters])
        for e in range(n_epochs)
    ]
    table = pd.DataFrame(
        {
            "epoch": epochs,
            "stability": [
                stability(adjusted_rand(clusters[:, e]), everything) for e in range(n_epochs)
            ],
            "largest_cluster": np.array(largest) / n_images,
        }
    )
    fitting = table[(table["largest_cluster"] <= ONE_GROUP) & table["stability"].notna()]
    best = fitting[fitting["stability"] == fitting["stability"].max()]
    chosen = best.index[-1] if len(best) else n_epochs - 1
    return table.assign(chosen=table.index == chosen)
