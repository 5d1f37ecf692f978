"""The criteria that configurations are compared by without labels. A new one is a line here."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecluster.selection.modularity import modularity
from aecluster.selection.prediction_strength import prediction_strength
from aecluster.selection.reproducibility import agreement_with_others, stability
from aecluster.selection.samples import Sample
from aecluster.selection.separation import calinski_harabasz, davies_bouldin, silhouette


@dataclass(frozen=True)
class Evidence:
    """What is known of a configuration without labels.

    Attributes
    ----------
    space : Sample
        Some images in the space common to all latents: ndarray, shape (n, D).
    graphs : list of Sample
        Nearest neighbours of some images, see `modularity.nearest`: ndarray of int, shape (n, m).
    labellings : list of ndarray of int, shape (N,)
        The groups of all images that the configuration found, one array a seed; -1 is no cluster.
    agreement : ndarray, shape (M, M)
        Adjusted Rand index of each pair of the labellings of all configurations, on all images.
    own : ndarray of int
        Which of the M are the configuration's.
    runs : list, length M
        The model and seed of each.
    weights : ndarray, shape (M,)
        How much each counts in the consensus.
    """

    space: Sample
    graphs: list[Sample]
    labellings: list[np.ndarray]
    agreement: np.ndarray
    own: np.ndarray
    runs: list
    weights: np.ndarray

    def mean(self, index: Callable[[np.ndarray, np.ndarray], float], where: Sample) -> float:
        """Return the mean over seeds of an index of a space, or a graph, and a labelling."""
        return float(np.mean([index(where.of, found[where.images]) for found in self.labellings]))


@dataclass(frozen=True)
class Criterion:
    """A number that says without labels how good the groups of a configuration may be.

    Attributes
    ----------
    name : str
        Its column in selection.csv, and its name in the config.
    compute : callable
        Evidence -> float; NaN where it is not defined.
    higher_is_better : bool
    """

    name: str
    compute: Callable[[Evidence], float]
    higher_is_better: bool = True


CRITERIA = {
    criterion.name: criterion
    for criterion in (
        Criterion("silhouette", lambda e: e.mean(silhouette, e.space)),
        Criterion("calinski_harabasz", lambda e: e.mean(calinski_harabasz, e.space)),
        Criterion(
            "davies_bouldin", lambda e: e.mean(davies_bouldin, e.space), higher_is_better=False
        ),
        Criterion("prediction_strength", lambda e: e.mean(prediction_strength, e.space)),
        Criterion(
            "modularity", lambda e: np.mean([e.mean(modularity, graph) for graph in e.graphs])
        ),
        Criterion("stability", lambda e: stability(e.agreement, e.own)),
        Criterion(
            "agreement", lambda e: agreement_with_others(e.agreement, e.own, e.runs, e.weights)
        ),
    )
}

MEAN_RANK = "mean_rank"
RULES = [*CRITERIA, MEAN_RANK]  # what `selection: criterion` in a config may be
