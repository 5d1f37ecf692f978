"""The labellings that make a consensus: all of the same number of clusters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecluster.clusterings.file import load_clusters
from aecluster.errors import InputError

ONE_GROUP = 0.95  # part of the images: a labelling with a larger group is collapsed


@dataclass(frozen=True)
class Member:
    """One labelling: where it comes from, and the cluster of each image, int32 (N,)."""

    model: str
    seed: int
    reduction: str
    clustering: str
    clusters: np.ndarray

    @property
    def configuration(self) -> tuple[str, str, str]:
        """What it has in common with the labellings of other seeds."""
        return self.model, self.reduction, self.clustering

    @property
    def run(self) -> tuple[str, int]:
        """The training that it comes from."""
        return self.model, self.seed

    @property
    def n_clusters(self) -> int:
        """How many clusters it has, images that were left out (-1) aside."""
        found = np.unique(self.clusters)
        return int((found >= 0).sum())

    @property
    def largest_cluster(self) -> float:
        """Part of the images that are in the largest group, or left out if those are more."""
        _, sizes = np.unique(self.clusters, return_counts=True)
        return float(sizes.max() / len(self.clusters))

    @property
    def collapsed(self) -> bool:
        """Whether nearly all images are in one group, or left out."""
        return self.largest_cluster > ONE_GROUP


def read_members(cells: list[list], files: Sequence[str | Path], n_images: int) -> list[Member]:
    """Read the labellings of cells.

    Parameters
    ----------
    cells : list of [model, seed, reduction, clustering]
    files : sequence of path
        The clusters of each cell, in the same order.
    n_images : int
    """
    return [
        Member(*cell, load_clusters(file, n_images).astype(np.int32))
        for cell, file in zip(cells, files, strict=True)
    ]


def common_number(members: list[Member], wanted: int | None = None) -> int:
    """Return the number of clusters that the consensus has.

    Parameters
    ----------
    members : list of Member
    wanted : int or None
        None: the most frequent number (at least 2, where there is such a labelling), of equally
        frequent ones the smallest.

    Raises
    ------
    InputError
        If no labelling has the wanted number.
    """
    found = Counter(member.n_clusters for member in members)
    if wanted is None:
        return min(found, key=lambda number: (number < 2, -found[number], number))
    if wanted not in found:
        numbers = ", ".join(map(str, sorted(found)))
        raise InputError(
            f"consensus.n_clusters is {wanted}, but no clustering has that number; "
            f"use one of {numbers}."
        )
    return wanted
