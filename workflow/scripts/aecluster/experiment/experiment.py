"""What an experiment consists of: its data sets, models, reductions, clusterings and cells.

An `Experiment` answers from its config alone. It reads no file and knows no path of a result.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from aecluster.experiment.checks import as_dataset, latent_dim
from aecluster.experiment.steps import methods_of, steps_to
from aecluster.methods import kind_of_architecture, locate


class Run(NamedTuple):
    """A model and a seed."""

    model: str
    seed: int


class Cell(NamedTuple):
    """One clustering of one reduction of the latents of a run."""

    model: str
    seed: int
    reduction: str
    clustering: str

    @property
    def run(self) -> Run:
        return Run(self.model, self.seed)


@dataclass(frozen=True)
class Experiment:
    """A checked experiment.

    Lists are in the order of the file. Where one of several names stands for all, it is the
    alphabetically first, so that reordering keys computes nothing anew.

    Parameters
    ----------
    settings : dict
        The config with all defaults, as `complete_experiment` returns it and `check_experiment`
        accepts it. Nothing changes it afterwards.
    """

    settings: dict

    @property
    def datasets(self) -> dict[str, dict]:
        return self.settings["datasets"]

    @property
    def models(self) -> dict[str, dict]:
        return self.settings["models"]

    @property
    def reductions(self) -> dict[str, dict]:
        return self.settings["reductions"]

    @property
    def clusterings(self) -> dict[str, dict]:
        return self.settings["clusterings"]

    @property
    def seeds(self) -> list[int]:
        return self.settings["seeds"]

    @property
    def show(self) -> dict:
        return self.settings["show"]

    @property
    def first_seed(self) -> int:
        """The seed of the figures that show one."""
        return self.seeds[0]

    @property
    def first_model(self) -> str:
        return min(self.models)

    # Models

    @cached_property
    def trained(self) -> list[str]:
        """Models that are trained here."""
        return [name for name in self.models if self._kind(name) == "models"]

    @cached_property
    def encoders(self) -> list[str]:
        """Models that come trained."""
        return [name for name in self.models if name not in self.trained]

    @cached_property
    def exported(self) -> list[str]:
        """Encoders whose graph is made from published weights."""
        return self._encoders_by("pretrained")

    @cached_property
    def given(self) -> list[str]:
        """Encoders whose vectors somebody has already."""
        return self._encoders_by("vectors")

    @cached_property
    def computed(self) -> list[str]:
        """Encoders whose features are computed here."""
        return [name for name in self.encoders if name not in self.given]

    def trained_runs(self) -> list[Run]:
        """Return the runs of the models that are trained here."""
        return [Run(model, seed) for model in self.trained for seed in self.seeds]

    def models_before(self, model: str) -> list[str]:
        """Return the models that lead to one (`after`), the first one first, itself last."""
        return steps_to(self.models, model)

    def architectures(self, model: str) -> list[str]:
        """Return the modules of the architectures of a model and of those that lead to it."""
        steps = [self.models[step]["architecture"] for step in self.models_before(model)]
        return [locate(kind_of_architecture(step), step)[0] for step in steps]

    def model_settings(self, model: str) -> dict:
        """Return what a training depends on: the settings of the model it goes on from, too."""
        after = self.models[model]["after"]
        return {**self.models[model], "after": after and self.model_settings(after)}

    def latent_dim(self, model: str) -> int | None:
        """Return how many latents a model has; None for encoders, which say it when they run."""
        return latent_dim(self.models[model], self.models)

    def resized(self, dataset: str, model: str) -> int | None:
        """Return the size to which images are resized for a model, None where they stay as they
        are. An encoder resizes a batch at a time."""
        size, known = self.models[model]["size"], self.datasets[dataset]["size"]
        return size if model in self.trained and size not in (None, known) else None

    def latents_to_compare(self) -> str:
        """Return the model whose latents compare images: the first encoder, or else the first."""
        return min(self.encoders or self.models)

    # Reductions, clusterings and cells

    def steps(self, reduction: str) -> list[str]:
        """Return the reductions that lead to one, the first one first, itself last."""
        return steps_to(self.reductions, reduction)

    def methods(self, reduction: str) -> list[str]:
        """Return the methods of these steps, which tell what is approximate."""
        return methods_of(self.reductions, reduction)

    def chains(self) -> dict[str, list[str]]:
        """Return the methods that lead to each reduction."""
        return {reduction: self.methods(reduction) for reduction in self.reductions}

    def dimension(self, reduction: str) -> int | None:
        """Return how many dimensions a reduction gives; None if it keeps those of the latents."""
        dims = [self.reductions[step]["dim"] for step in self.steps(reduction)]
        return next((dim for dim in reversed(dims) if dim is not None), None)

    @cached_property
    def widest(self) -> dict[str, int]:
        """Of each reduction, the most dimensions that it or one after it gives; 0 if all keep those
        of the latents."""
        widest = dict.fromkeys(self.reductions, 0)
        for reduction in self.reductions:
            dim = self.dimension(reduction) or 0
            for step in self.steps(reduction):
                widest[step] = max(widest[step], dim)
        return widest

    def reductions_of(self, clustering: str) -> list[str]:
        """Return the reductions that a clustering is applied to."""
        return self.clusterings[clustering]["on"] or list(self.reductions)

    def clusterer(self, clustering: str) -> dict:
        """Return what a clustering depends on: not what it is applied to."""
        settings = self.clusterings[clustering]
        return {key: settings[key] for key in ("method", "n_clusters", "params")}

    @cached_property
    def cells(self) -> list[Cell]:
        """All cells, in the order of the file."""
        return [
            Cell(model, seed, reduction, clustering)
            for model in self.models
            for seed in self.seeds
            for reduction in self.reductions
            for clustering in self.clusterings
            if reduction in self.reductions_of(clustering)
        ]

    @cached_property
    def cells_by_run(self) -> dict[Run, list[Cell]]:
        """The cells of each model and seed."""
        runs: dict[Run, list[Cell]] = {}
        for cell in self.cells:
            runs.setdefault(cell.run, []).append(cell)
        return runs

    @cached_property
    def most_groups(self) -> int:
        """The most groups that a clustering is asked for."""
        return max((c["n_clusters"] or 1 for c in self.clusterings.values()), default=1)

    def grouped_reduction(self) -> str | None:
        """Return where the number of groups is sought: the UMAP that is clustered, the one with
        most dimensions if there are several; None, for the latents, without one."""
        clustered = {name for c in self.clusterings for name in self.reductions_of(c)}
        umaps = [name for name in sorted(clustered) if self.reductions[name]["method"] == "umap"]
        return max(umaps, key=lambda name: self.reductions[name]["dim"], default=None)

    def progress_clustering(self) -> dict:
        """Return what groups the latents during a training.

        Not one of the experiment's clusterings: another one in the config would then change this
        too, and not every clusterer can take all dimensions of the latents.
        """
        n_clusters = self.show["progress_clusters"]
        return {"method": "minibatch_kmeans", "n_clusters": n_clusters, "params": {}}

    # Planes

    @cached_property
    def planes(self) -> list[str]:
        """The reductions drawn as a plane: those to two dimensions, or else the first."""
        flat = [name for name in self.reductions if self.dimension(name) == 2]
        return flat or [min(self.reductions)]

    def mapped_groups(self, reduction: str) -> tuple[str, str]:
        """Return the (reduction, clustering) whose groups are drawn on a plane: its own, or else
        those of the step nearest before it that is clustered, or else the first."""
        clustered = sorted({(cell.reduction, cell.clustering) for cell in self.cells})
        nearest_first = reversed(self.steps(reduction))
        own = [pair for step in nearest_first for pair in clustered if pair[0] == step]
        return [*own, *clustered][0]

    @cached_property
    def consensus_plane(self) -> tuple[str, str]:
        """The model and the reduction whose plane shows the consensus: the first that there are."""
        return self.first_model, min(self.planes)

    # Data sets

    def trained_on(self, dataset: str) -> str:
        """Return the data set whose models are used for a data set."""
        return self.datasets[dataset]["trained_on"] or dataset

    @cached_property
    def new_images(self) -> dict[str, dict]:
        """Images that are placed into groups found before, each as a data set."""
        return {name: as_dataset(images) for name, images in self.settings["assign"].items()}

    def placed_into(self, new: str) -> str:
        """Return the data set whose groups new images are placed into."""
        return self.new_images[new]["into"] or next(iter(self.datasets))

    def score_settings(self, dataset: str) -> dict:
        """Return what the scores of a data set depend on, for their provenance."""
        images = {key: value for key, value in self.datasets[dataset].items() if key != "metadata"}
        return {
            "dataset": images,
            "models": self.models,
            "reductions": self.reductions,
            "clusterings": self.clusterings,
            "seeds": self.seeds,
        }

    # Titles of figures

    def whose_models(self, dataset: str) -> str:
        """Return what a title says of a data set and of whose models are shown."""
        trained = self.trained_on(dataset)
        return dataset if trained == dataset else f"{dataset}, with the models trained on {trained}"

    def consensus_title(self, dataset: str) -> str:
        model, reduction = self.consensus_plane
        where = f"{model}, {reduction}, seed {self.first_seed}"
        return f"{dataset}: consensus of all labellings, on {where}"

    def map_settings(self, dataset: str, model: str, reduction: str) -> dict:
        """Return what the titles of a label map say."""
        clustered, clustering = self.mapped_groups(reduction)
        return {
            "dataset": dataset,
            "model": model,
            "reduction": reduction,
            "methods": self.methods(reduction),
            "seed": self.first_seed,
            "clustering": clustering,
            "clustered": clustered,
        }

    def _kind(self, model: str) -> str:
        return kind_of_architecture(self.models[model]["architecture"])

    def _encoders_by(self, architecture: str) -> list[str]:
        return [m for m in self.encoders if self.models[m]["architecture"] == architecture]
