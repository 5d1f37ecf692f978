"""Which jobs an experiment is divided into: shards of images, scores by run, shared clusterings.

The sizes change no result, so they are no keys of the config; and no values of a run, since other
shards are other inputs, which make results run again. How many shards share a submission is said
in the profile.
"""

import importlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from aecluster.experiment.experiment import Experiment
from aecluster.methods import locate
from aecluster.sources.find import image_shape, n_images
from aecluster.training.progress import SAMPLE as FOLLOWED

IMAGES_A_SHARD = 25_600  # whole batches of 256, so that the bytes are those of one piece
MOST_SHARDS = 16  # then they are larger: each job checks the whole file of images
CELLS_A_JOB = 200  # with more of them, a job scores those of one model and seed
CELLS_ALONE = 200  # up to so many cells each has a job of its own, and runs again alone
IMAGES_ON_PAGE = 10_000  # with more, their pictures lie in a folder beside the page


class Size(NamedTuple):
    """How many images a data set has at most, and how many numbers an image."""

    n_images: int
    numbers: int


@dataclass(frozen=True)
class Plan:
    """The division of an experiment into jobs. It looks up how many images there are."""

    experiment: Experiment

    @cached_property
    def sizes(self) -> dict[str, Size]:
        return {
            name: Size(n_images(images), math.prod(image_shape(images)[0]))
            for name, images in self.experiment.datasets.items()
        }

    @cached_property
    def new_sizes(self) -> dict[str, Size]:
        """New images are brought to the size of those that they are placed among."""
        return {
            name: Size(n_images(images), self.sizes[self.experiment.placed_into(name)].numbers)
            for name, images in self.experiment.new_images.items()
        }

    def images_a_shard(self, dataset: str) -> int:
        """Return how many images of a data set are encoded by one job."""
        n, _ = self.sizes[dataset]
        return IMAGES_A_SHARD * math.ceil(n / (IMAGES_A_SHARD * MOST_SHARDS))

    def n_shards(self, dataset: str) -> int:
        """Return in how many shards the images of a data set are encoded; the last ones are empty
        if it turns out to have fewer images."""
        return math.ceil(self.sizes[dataset].n_images / self.images_a_shard(dataset))

    def shard_share(self, dataset: str) -> float:
        """Return which part of the images a shard has."""
        return min(1, self.images_a_shard(dataset) / self.sizes[dataset].n_images)

    def in_shards(self, wanted: bool) -> list[str]:
        """Return the data sets that are encoded in shards, or those that are not."""
        return [name for name in self.sizes if (self.n_shards(name) > 1) == wanted]

    @cached_property
    def scored_by_run(self) -> bool:
        """Whether a job scores the cells of one run, not all."""
        return len(self.experiment.cells) > CELLS_A_JOB

    @cached_property
    def page_alone(self) -> bool:
        """Whether the page holds all pictures itself."""
        return sum(size.n_images for size in self.sizes.values()) <= IMAGES_ON_PAGE

    @property
    def shared_clusterings(self) -> list[str]:
        """The cheap clusterings of every reduction, which share a process in a large grid."""
        return self._shared[0]

    @property
    def shared_by(self) -> list[str]:
        """The data sets that these are cheap for."""
        return self._shared[1]

    def shares(self, dataset: str, clustering: str) -> bool:
        """Return whether a clustering of a data set shares a process with others."""
        return clustering in self.shared_clusterings and dataset in self.shared_by

    def shared_modules(self) -> list[str]:
        """Return the modules of the methods that share a process."""
        methods = {self.experiment.clusterings[name]["method"] for name in self.shared_clusterings}
        return sorted(locate("clusterings", method)[0] for method in methods)

    def progress_title(self, dataset: str) -> str:
        """Return what the figure of the progress is called."""
        of = f" of a random {FOLLOWED:,} images" if self.sizes[dataset].n_images > FOLLOWED else ""
        n_clusters = self.experiment.progress_clustering()["n_clusters"]
        whose = self.experiment.whose_models(dataset)
        return f"{whose}: {n_clusters} groups of the latents{of} by k-means"

    @cached_property
    def _shared(self) -> tuple[list[str], list[str]]:
        if len(self.experiment.cells) <= CELLS_ALONE:
            return [], []
        clusterings = sorted(self.experiment.clusterings.items())  # they are one job's settings
        everywhere = {name: c["method"] for name, c in clusterings if c["on"] is None}
        smallest = min(size.n_images for size in self.sizes.values())
        names = [name for name, method in everywhere.items() if cheap(method, smallest)]
        datasets = [
            dataset
            for dataset, size in self.sizes.items()
            if all(cheap(everywhere[name], size.n_images) for name in names)
        ]
        return (names, datasets) if len(names) > 1 else ([], [])


def cheap(method: str, n_images: int) -> bool:
    """Return whether a method clusters so many images in less time than a process takes to start.

    A module of `clusterings` that does defines CHEAP, the number of images up to which it does.
    """
    if "." in method:
        return False
    module = importlib.import_module(locate("clusterings", method)[0])
    return n_images <= getattr(module, "CHEAP", -1)
