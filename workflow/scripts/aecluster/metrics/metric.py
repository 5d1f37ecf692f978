"""What a metric is, and what it is computed from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aecluster.metrics.accuracy import Accuracy, accuracy


@dataclass(frozen=True)
class Grouping:
    """Groups of the images of one data set.

    Attributes
    ----------
    embedding : ndarray of float32, shape (N, dim), or None
        The space that they were found in; None for groups that were not found in any one.
    clusters, labels : ndarray of int64, shape (N,)
        -1 is no cluster, or no label.
    public : ndarray of bool, shape (N,)
    """

    embedding: np.ndarray | None
    clusters: np.ndarray
    labels: np.ndarray
    public: np.ndarray

    @cached_property
    def labelled(self) -> np.ndarray:
        """Which images have a label: bool (N,)."""
        return self.labels >= 0

    @cached_property
    def matched(self) -> Accuracy:
        """The accuracies under the one matching of clusters to labels."""
        return accuracy(self.clusters, self.labels, self.public)


@dataclass(frozen=True)
class Metric:
    """A number that says how good groups are, or what they cost.

    Attributes
    ----------
    name : str
        Its column in scores.csv.
    label : str
        What tables call it.
    compute : callable or None
        Grouping -> float; None for what is measured elsewhere.
    needs_labels : bool
        Left empty without labels.
    digits : int
        After the decimal point, in tables.
    in_tables : bool
        Whether the table of all scores in summary.md shows it.
    """

    name: str
    label: str
    compute: Callable[[Grouping], float] | None = None
    needs_labels: bool = False
    digits: int = 3
    in_tables: bool = True
