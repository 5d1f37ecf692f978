"""All scripts of an experiment with one data set, run in this process: a start of Snakemake costs
seconds, and a table of cases has a hundred of them."""

import contextlib
import io
import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

from aecluster.errors import InputError
from aecluster.experiment.checks import check_experiment
from aecluster.experiment.schema import complete_experiment
from aecluster.page.views import map_views
from aecluster.sources.find import source_arguments

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "workflow/scripts"
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"

SMALL = {
    "seeds": [0],
    "models": {"small": {"architecture": "baseline", "latent_dim": 8, "epochs": 1}},
    "reductions": {"pca2": {"method": "pca", "dim": 2}},
    "clusterings": {"kmeans": {"method": "minibatch_kmeans", "n_clusters": 2}},
    "show": {"indices": [0, 1], "extremes": 1},
}


def run(config: dict, until: str = "report") -> tuple[int, str]:
    """Run an experiment in the current folder; return the exit code and what the screen shows.

    `until`: "check" (before any job), "read" (images and labels), or "report" (everything).
    """
    screen = io.StringIO()
    with contextlib.redirect_stderr(screen):
        try:
            _run(config, until)
        except InputError as error:  # what `or_exit` of the workflow makes of it
            print(f"Error: {error}", file=sys.stderr)
            return 1, screen.getvalue()
        except SystemExit as end:
            return int(end.code), screen.getvalue()
    return 0, screen.getvalue()


def _run(config: dict, until: str) -> None:
    experiment = complete_experiment(config, SCHEMA)
    check_experiment(experiment)
    if until == "check":
        return
    (name, dataset) = next(iter(experiment["datasets"].items()))
    folder = f"results/{name}"
    read_images(name, dataset)
    read_labels(name, dataset)
    if until == "read":
        return
    (seed,) = experiment["seeds"]
    labels, about = f"{folder}/labels.npy", f"{folder}/dataset.json"
    images, cells, figures = f"{folder}/images.npy", [], []
    for model, settings in experiment["models"].items():
        at = f"{folder}/{model}/seed{seed}"
        wildcards = {"dataset": name, "model": model, "seed": seed}
        script(
            "train.py",
            [images],
            {part: f"{at}/{part}" for part in ("history.csv", "snapshots.pt", "model.pt")},
            {"settings": json.dumps(settings), "code": ""},
            wildcards,
        )
        script(
            "encode.py",
            {"images": images, "model": f"{at}/model.pt"},
            {"latents": f"{at}/latents.npy", "reconstruction": f"{at}/reconstruction.json"},
        )
        for reduction, step in experiment["reductions"].items():
            of = f"{step['after']}/embedding" if step["after"] else "latents"
            embedding = f"{at}/{reduction}/embedding.npy"
            params = {"settings": json.dumps(step)}
            script("reduce.py", [f"{at}/{of}.npy"], [embedding], params, wildcards)
            for clustering, method in experiment["clusterings"].items():
                clusters = f"{at}/{reduction}/{clustering}/clusters.csv"
                params = {"settings": json.dumps(method)}
                script("cluster.py", [embedding], [clusters], params, wildcards)
                cells.append([model, seed, reduction, clustering, []])
            names = {"reduction": reduction, "clustering": clustering, "clustered": reduction}
            figures.append(f"{folder}/plots/label-map-{model}-{reduction}.png")
            script(
                "plot_label_map.py",
                {"embedding": embedding, "clusters": clusters, "labels": labels, "about": about},
                {"png": figures[-1], "svg": figures[-1].replace(".png", ".svg")},
                {"settings": json.dumps({"dataset": name, "model": model, "seed": seed, **names})},
            )
        groups = {"method": "minibatch_kmeans", "n_clusters": 2, "params": {}}
        script(
            "cluster_snapshots.py",
            {"images": images, "model": f"{at}/model.pt", "snapshots": f"{at}/snapshots.pt"},
            [f"{at}/progress.npy"],
            {"settings": json.dumps(groups)},
            wildcards,
        )
        script(
            "reconstruct.py",
            {
                "images": images,
                "model": f"{at}/model.pt",
                "reconstruction": f"{at}/reconstruction.json",
            },
            [f"{at}/reconstructions.npz"],
            {"settings": json.dumps(experiment["show"])},
        )
    _score_and_show(experiment, name, cells, figures)


def _score_and_show(experiment: dict, name: str, cells: list, figures: list) -> None:
    folder, (seed,) = f"results/{name}", experiment["seeds"]
    runs = [[model, seed] for model in experiment["models"]]
    scores, summary = f"{folder}/scores.csv", f"{folder}/summary.csv"
    wildcards = {"dataset": name}
    script("score.py", [], [scores], {"cells": json.dumps(cells)}, wildcards)
    script(
        "summarise.py",
        {"scores": scores},
        {
            "table": summary,
            "comparisons": f"{folder}/comparisons.csv",
            "text": f"{folder}/summary.md",
        },
        wildcards=wildcards,
    )
    of_runs = [f"{folder}/{model}/seed{seed}/{{}}" for model in experiment["models"]]
    script(
        "score_progress.py",
        {
            "labels": f"{folder}/labels.npy",
            "progress": [path.format("progress.npy") for path in of_runs],
        },
        [f"{folder}/progress.csv"],
        {"runs": json.dumps(runs)},
    )

    def plot(file: str, figure: str, source, params: dict) -> None:
        png = f"{folder}/plots/{figure}.png"
        figures.append(png)
        script(file, source, {"png": png, "svg": png.replace(".png", ".svg")}, params, wildcards)

    plot("plot_progress.py", "progress", [f"{folder}/progress.csv"], {"title": name})
    plot("plot_score_grid.py", "scores", {"scores": scores}, {})
    losses = {"runs": runs, "losses": dict.fromkeys(experiment["models"], "mse"), "title": name}
    histories = [path.format("history.csv") for path in of_runs]
    examples = [path.format("reconstructions.npz") for path in of_runs]
    curves = {"settings": json.dumps(losses)}
    plot("plot_learning_curves.py", "learning-curves", histories, curves)
    for show, figure in (("chosen", "reconstructions"), ("extremes", "extremes")):
        settings = {"show": show, "models": list(experiment["models"]), "title": name}
        plot("plot_reconstructions.py", figure, examples, {"settings": json.dumps(settings)})
    keys = ("models", "reductions", "clusterings")
    views = map_views(*(experiment[key] for key in keys), seed)
    script(
        "interactive_map.py",
        {"images": f"{folder}/images.npy"},
        [f"{folder}/plots/map.json"],
        {"views": json.dumps(views)},
        wildcards,
    )
    page = {
        "name": name,
        "about": f"{folder}/dataset.json",
        "summary": summary,
        "text": f"{folder}/summary.md",
        "scores": scores,
        "map": f"{folder}/plots/map.json",
        "figures": [{"path": path, "caption": "", "names": wildcards} for path in figures],
        "benchmarks": [],
    }
    params = {
        "experiment": json.dumps(experiment),
        "datasets": json.dumps([page]),
        "problems": "[]",
        "captions": "{}",
    }
    script("report.py", [], ["results/report.html"], params)


def read_images(name: str, dataset: dict) -> None:
    """Run the script that reads the images of a data set."""
    folder = f"results/{name}"
    outputs = {"images": f"{folder}/images.npy", "read": f"{folder}/read.json"}
    script("read_images.py", [], outputs, _settings(dataset))


def read_labels(name: str, dataset: dict) -> None:
    """Run the script that reads the labels of a data set."""
    folder = f"results/{name}"
    outputs = {"labels": f"{folder}/labels.npy", "about": f"{folder}/dataset.json"}
    inputs = {"images": f"{folder}/images.npy", "read": f"{folder}/read.json"}
    script("read_labels.py", inputs, outputs, _settings(dataset))


def _settings(dataset: dict) -> dict:
    keys = ("source", "size", "limit", "balance", "seed", "positive", "split")
    settings = {key: dataset[key] for key in keys}
    return {"settings": json.dumps({**settings, "arguments": source_arguments(dataset)})}


class _Files(list):
    """Paths by number, and by name as attributes."""

    def __init__(self, files):
        super().__init__(files.values() if isinstance(files, dict) else files)
        for name, path in files.items() if isinstance(files, dict) else ():
            setattr(self, name.partition(".")[0], path)


def script(file: str, inputs, outputs, params: dict | None = None, wildcards=None) -> None:
    """Run one script with the `snakemake` that it expects."""
    name = Path(file).stem
    snakemake = SimpleNamespace(
        input=_Files(inputs),
        output=_Files(outputs),
        params=SimpleNamespace(**(params or {})),
        wildcards=SimpleNamespace(**(wildcards or {})),
        log=[f"results/logs/{name}.log"],
    )
    runpy.run_path(str(SCRIPTS / file), {"snakemake": snakemake})
