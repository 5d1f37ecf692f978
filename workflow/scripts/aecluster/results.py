"""Where the results of an experiment are: each path once, for the rules, the page and the screen.

Paths are relative to the folder of a run, as Snakemake names them. Those that hold {names} are
patterns, in which Snakemake finds the wildcards of a job.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aecluster.errors import InputError
from aecluster.experiment.experiment import Cell, Experiment, Run
from aecluster.experiment.plan import Plan
from aecluster.figures.from_files import figures_from_files
from aecluster.scoring.costs import Job
from aecluster.sources.find import is_unlabelled
from aecluster.sources.paths import existing_file

RESULTS = "results"
BENCHMARKS = f"{RESULTS}/benchmarks"
STATES = f"{RESULTS}/.resume"  # of unfinished trainings
SPEEDS = f"{RESULTS}/.precision"  # measured, of models in each precision


@dataclass(frozen=True)
class Results:
    """The files that the jobs of an experiment make."""

    experiment: Experiment
    plan: Plan

    # Files of data sets, models, runs and cells

    def of_dataset(self, dataset: str, file: str) -> str:
        return f"{RESULTS}/{dataset}/{file}"

    def known_features(self, dataset: str, of: str) -> str:
        """Return the folder where features are kept for when pictures are added."""
        return f"{RESULTS}/.features/{dataset}/{of}"

    def training_state(self, dataset: str, model: str, seed: int | str) -> str:
        """Return where the state of an unfinished training is kept."""
        return f"{STATES}/{dataset}/{model}/seed{seed}.pt"

    def of_datasets(self, *files: str) -> list[str]:
        """Return files of each data set."""
        return [self.of_dataset(d, file) for d in self.experiment.datasets for file in files]

    def of_run(self, dataset: str, model: str, seed: int | str, file: str) -> str:
        return f"{RESULTS}/{dataset}/{model}/seed{seed}/{file}"

    def of_runs(
        self,
        dataset: str,
        file: str,
        models: Iterable[str] | None = None,
        seeds: Iterable[int] | None = None,
    ) -> list[str]:
        """Return a file of each run of a data set, or of those of some models and seeds."""
        models = self.experiment.models if models is None else models
        seeds = self.experiment.seeds if seeds is None else list(seeds)
        return [self.of_run(dataset, model, seed, file) for model in models for seed in seeds]

    def of_cells(self, dataset: str, file: str, cells: Iterable[Cell] | None = None) -> list[str]:
        """Return a file of each cell of a data set, or of some cells, without repetition.

        `file` lies in the folder of the reduction, and may hold {clustering}.
        """
        cells = self.experiment.cells if cells is None else cells
        paths = (
            self.of_run(dataset, model, seed, f"{reduction}/{file.format(clustering=clustering)}")
            for model, seed, reduction, clustering in cells
        )
        return list(dict.fromkeys(paths))

    def every(self, pattern: str, models: Iterable[str] | None = None) -> list[str]:
        """Return the paths of a pattern in every data set and cell it names, or in those of some
        models; {trained_on} is the data set whose models are used."""
        models = self.experiment.models if models is None else models
        paths = {
            pattern.format(dataset=dataset, trained_on=trained_on, **cell._asdict())
            for dataset in self.experiment.datasets
            for trained_on in [self.experiment.trained_on(dataset)]
            for cell in self.experiment.cells
            if cell.model in models
        }
        return sorted(paths)

    def images(self, dataset: str, model: str) -> str:
        """Return the images of a data set as a model sees them."""
        return self.of_dataset(dataset, self._images(dataset, model))

    def new_images(self, dataset: str, new: str, model: str) -> str:
        """Return new images as a model sees them."""
        return self.of_dataset(dataset, f"assigned/{new}/{self._images(dataset, model)}")

    def of_training(self, dataset: str, model: str, seed: int | str, file: str) -> str:
        """Return a file of the training whose model is used for a data set."""
        return self.of_run(self.experiment.trained_on(dataset), model, seed, file)

    def reconstructions(
        self,
        dataset: str,
        models: Iterable[str] | None = None,
        seeds: Iterable[int] | None = None,
    ) -> list[str]:
        """Return the summaries of what the models that are trained here reconstruct."""
        models = self.experiment.models if models is None else models
        trained = [model for model in models if model in self.experiment.trained]
        return self.of_runs(dataset, "reconstruction.json", trained, seeds)

    def before(self, reduction: str) -> str:
        """Return the file of a run that a reduction starts from."""
        after = self.experiment.reductions[reduction]["after"]
        return "latents.npy" if after is None else f"{after}/embedding.npy"

    def grouped_space(self, dataset: str, model: str, seed: int | str) -> str:
        """Return where the number of groups is sought: in an embedding, or in the latents."""
        reduction = self.experiment.grouped_reduction()
        file = f"{reduction}/embedding.npy" if reduction else "latents.npy"
        return self.of_run(dataset, model, seed, file)

    def latents_to_compare(self, dataset: str) -> str:
        """Return the latents by which images are compared."""
        model = self.experiment.latents_to_compare()
        return self.of_run(dataset, model, self.experiment.first_seed, "latents.npy")

    def consensus_plane(self, dataset: str) -> str:
        """Return the embedding on which the consensus is shown."""
        model, reduction = self.experiment.consensus_plane
        file = f"{reduction}/embedding.npy"
        return self.of_run(dataset, model, self.experiment.first_seed, file)

    def consensus(self, dataset: str) -> list[str]:
        """Return the consensus of all seeds, and that of each."""
        folders = ["consensus", *(f"consensus/seed{seed}" for seed in self.experiment.seeds)]
        return [self.of_dataset(dataset, f"{folder}/clusters.csv") for folder in folders]

    def mapped_groups(self, dataset: str, model: str, reduction: str) -> str:
        """Return the clusters that a label map shows."""
        file = "/".join([*self.experiment.mapped_groups(reduction), "clusters.csv"])
        return self.of_run(dataset, model, self.experiment.first_seed, file)

    def groups_that_number(self, dataset: str) -> list[str]:
        """Return the groups by which a label map numbers and colours its own, if any: where there
        are no classes whose colours they take."""
        settings = self.experiment.datasets[dataset]
        return (
            [self.of_dataset(dataset, "consensus/clusters.csv")] if is_unlabelled(settings) else []
        )

    def assigned(self, file: str) -> list[str]:
        """Return a file of all new images, in an order that the config's does not touch."""
        return [
            self.of_dataset(self.experiment.placed_into(new), f"assigned/{new}/{file}")
            for new in sorted(self.experiment.new_images)
        ]

    def metadata(self, dataset: str) -> list[str]:
        """Return the user's table about the images, if there is one."""
        path = self.experiment.datasets[dataset]["metadata"]
        return [str(existing_file(path))] if path else []

    def corrections(self, dataset: str) -> list[str]:
        """Return what a person corrected of the groups on the page, if anything."""
        file = self.of_dataset(dataset, "corrections.json")
        return [file] if Path(file).is_file() else []

    def levels(self, dataset: str) -> list[str]:
        """Return the tree of the images, cut at several levels, if the page shows it."""
        return [self.of_dataset(dataset, "levels.csv")] if self.experiment.show["levels"] else []

    # Figures

    def plots(self, dataset: str) -> list[str]:
        """Return all figures of a data set. Raises InputError where two have the same name."""
        names = [*self._figures_of_groups(), *self._figures_of_models()]
        figures = [self.of_dataset(dataset, f"plots/{name}.png") for name in names]
        if len(set(figures)) < len(figures):
            raise InputError(
                "two label maps would have the same file name (label-map-MODEL-REDUCTION); "
                "rename a model or a reduction."
            )
        return figures

    def label_maps(self) -> list[tuple[str, dict[str, str]]]:
        """Return the names of the label maps of a data set, each with what it shows."""
        return [
            (f"label-map-{model}-{reduction}", {"model": model, "reduction": reduction})
            for model in self.experiment.models
            for reduction in self.experiment.planes
        ]

    def figure_inputs(self, dataset: str, name: str) -> dict[str, str]:
        """Return the files that one of `figures_from_files` is drawn of, by their names."""
        inputs = figures_from_files()[name].inputs
        return {argument: self.of_dataset(dataset, file) for argument, file in inputs.items()}

    def _figures_of_groups(self) -> list[str]:
        from_files = [name for name, figure in figures_from_files().items() if not figure.of_models]
        return ["consensus", *from_files, *(name for name, _ in self.label_maps())]

    def _figures_of_models(self) -> list[str]:
        if not self.experiment.trained:
            return []
        extremes = ["extremes"] if self.experiment.show["extremes"] else []
        from_files = [name for name, figure in figures_from_files().items() if figure.of_models]
        return ["reconstructions", *extremes, "learning-curves", "progress", *from_files]

    # Benchmarks

    def jobs(self, dataset: str, cell: Cell) -> list[Job]:
        """Return the jobs that make a cell, those of the models that its own goes on from too."""
        model, seed, reduction, _ = cell
        models = self.experiment.models_before(model)
        run = f"{BENCHMARKS}/{dataset}/{model}/seed{seed}"
        return [
            *(self._training(dataset, m, seed) for m in models if m in self.experiment.trained),
            *map(Job, self._latents_benchmarks(dataset, cell.run)),
            *(Job(f"{run}/{step}/reduce.tsv") for step in self.experiment.steps(reduction)),
            self._clustering(dataset, cell),
        ]

    def cell_benchmarks(self, dataset: str, cell: Cell) -> list[str]:
        """Return the benchmark files of the jobs that make a cell."""
        return [job.benchmark for job in self.jobs(dataset, cell)]

    def to_score(self, dataset: str, cells: Iterable[Cell]) -> dict[str, tuple[Cell, dict]]:
        """Return cells by their clusters, each with the other files that its scores are made of."""
        return {
            self.of_cells(dataset, "{clustering}/clusters.csv", [cell])[0]: (
                cell,
                {
                    "embedding": self.of_cells(dataset, "embedding.npy", [cell])[0],
                    "reconstruction": next(
                        iter(self.reconstructions(dataset, [cell.model], [cell.seed])), None
                    ),
                    "jobs": self.jobs(dataset, cell),
                },
            )
            for cell in cells
        }

    def consensus_jobs(self, dataset: str, seed: int) -> list[Job]:
        """Return the jobs that make the consensus of a seed, each once and not shared."""
        cells = (cell for cell in self.experiment.cells if cell.seed == seed)
        jobs = {job._replace(shared_by=1) for cell in cells for job in self.jobs(dataset, cell)}
        return [*sorted(jobs), Job(f"{BENCHMARKS}/{dataset}/consensus.tsv")]

    def stage_benchmarks(self, dataset: str) -> list[tuple[str, list[str]]]:
        """Return the benchmark files of the jobs that lead to the groups, by stage."""
        folder = f"{BENCHMARKS}/{dataset}/"
        stages = {stage: [f"{folder}{stage}.tsv"] for stage in ("images", "labels")}
        stages |= {stage: [] for stage in ("train", "latents", "reduce", "cluster")}
        stages |= {stage: [f"{folder}{stage}.tsv"] for stage in ("consensus", "selection")}
        cells = self.experiment.cells
        files = {file for cell in cells for file in self.cell_benchmarks(dataset, cell)}
        for file in sorted(files):
            if file.startswith(folder):
                stage = Path(file).name.split(".")[0]
                stages["latents" if stage == "features" else stage].append(file)
        return list(stages.items())

    def _training(self, dataset: str, model: str, seed: int) -> Job:
        folder = f"{BENCHMARKS}/{self.experiment.trained_on(dataset)}/{model}/seed{seed}"
        history = self.of_training(dataset, model, seed, "history.csv")
        return Job(f"{folder}/train.tsv", history=history)

    def _clustering(self, dataset: str, cell: Cell) -> Job:
        model, seed, reduction, clustering = cell
        folder = f"{BENCHMARKS}/{dataset}/{model}/seed{seed}/{reduction}"
        if self.plan.shares(dataset, clustering):
            return Job(f"{folder}/cluster.tsv", shared_by=len(self.plan.shared_clusterings))
        return Job(f"{folder}/{clustering}/cluster.tsv")

    def _latents_benchmarks(self, dataset: str, run: Run) -> list[str]:
        made = f"{BENCHMARKS}/{dataset}/{run.model}/"
        trained = run.model in self.experiment.trained
        made += f"seed{run.seed}/latents" if trained else "features"
        n = self.plan.n_shards(dataset)
        parts = [f"{made}.{shard}.tsv" for shard in range(n)] if n > 1 else []
        return [*parts, f"{made}.tsv"]

    def _images(self, dataset: str, model: str) -> str:
        size = self.experiment.resized(dataset, model)
        return "images.npy" if size is None else f"images-{size}.npy"

    # The page

    def page(self, dataset: str) -> dict:
        """Return what the page shows of a data set."""
        files = {
            "about": "dataset.json",
            "summary": "summary.csv",
            "sections": "summary.json",
            "scores": "scores.csv",
            "choices": "choices.csv",
            "consensus": "consensus/clusters.csv",
            "content": "plots/page.json.gz",
            "thumbnails": "plots/thumbnails.npz",
        }
        if self.experiment.show["n_clusters"]:
            files |= {"suggestion": "n_clusters.json", "curves": "plots/n-clusters.png"}
        return {
            "name": dataset,
            **{name: self.of_dataset(dataset, file) for name, file in files.items()},
            "corrections": next(iter(self.corrections(dataset)), None),
            "figures": self._page_figures(dataset),
            "benchmarks": self.stage_benchmarks(dataset),
        }

    def page_inputs(self, dataset: str) -> list[str]:
        """Return the files of it that other jobs make, but for figures and benchmarks."""
        others = ("name", "figures", "benchmarks", "corrections")
        return [file for name, file in self.page(dataset).items() if name not in others]

    def _page_figures(self, dataset: str) -> list[dict]:
        """Return the figures of a data set by path, with the caption, what it names, and whether
        they are of the models."""
        maps = dict(self.label_maps())
        of_models = self._figures_of_models()
        figures = []
        for path in sorted(self.plots(dataset)):
            name = Path(path).stem
            figures.append(
                {
                    "path": path,
                    "caption": "label-map" if name in maps else name,
                    "names": {"dataset": dataset, **maps.get(name, {})},
                    "of_models": name in of_models,
                }
            )
        return figures
