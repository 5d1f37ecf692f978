"""Each module that a job really loads is in its digest: editing it makes the job run again."""

import json
import subprocess
import sys
from pathlib import Path

from conftest import Project, new_project, writing_down_modules

from aecluster.methods import short_names

PROGRAM = Path(__file__).with_name("modules_behind.py")
OF_REDUCTIONS = {
    "identity": {},
    "normalize": {},
    "tsne": {"dim": 2, "params": {"perplexity": 5}},
}
OF_CLUSTERINGS = {"hdbscan": {}}
OF_MODELS = {
    "spectrum": {},
    "mlp": {"latent_dim": 8, "params": {"widths": [16]}},
    "dec": {"after": "mlp", "params": {"n_clusters": 2}},
    "idec": {
        "after": "mlp",
        "params": {"n_clusters": 2, "centres": "manifold", "n_neighbors": 5},
    },
}


def holes(project: Project, *targets: str) -> dict[str, set[str]]:
    """Return what the jobs of a rule have loaded that is not behind their digest."""
    finished = subprocess.run(
        [sys.executable, str(PROGRAM), *targets], cwd=project.folder,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    behind = json.loads(finished.stdout.splitlines()[-1])
    found = {}
    for file in (project.folder.parent / "loaded").glob("*.json"):
        job = json.loads(file.read_text())
        missing = set(job["modules"]) - set(behind[job["code"]])
        found.setdefault(job["rule"], set()).update(missing)
    return found


def finished(folder: Path, *targets: str, **changes: dict) -> Project:
    """Run a change of the small experiment, and write down what its jobs load."""
    project = new_project(folder / "project")
    shapes = {"shapes": project.experiment["datasets"]["shapes"]}
    project.experiment = {**project.experiment, "seeds": [0], "datasets": shapes, **changes}
    with writing_down_modules(folder / "loaded"):
        ran = project.run("--cores", "2", *targets)
    assert ran.returncode == 0, ran.stderr
    return project


def test_of_the_small_experiment(finished_project):
    found = holes(finished_project, "all")
    assert len(found) > 25 and not any(found.values()), found


def test_of_every_model(tmp_path):
    models = {
        name: {
            "architecture": name, "epochs": 1, "batch_size": 16,
            **OF_MODELS.get(name, {"latent_dim": 8}),
        }
        for name in short_names("models")
        if name != "course"  # for its own images: test_course.py
    }  # fmt: skip
    project = finished(tmp_path, "latents", models=models)
    found = holes(project, "latents")
    rules = ("read_images", "train_model", "encode_images", "reconstruction_errors")
    assert found == {rule: set() for rule in rules}


def test_of_every_method(tmp_path):
    project = finished(
        tmp_path,
        *(targets := ["all", "n_clusters", "levels", "results/shapes/clusters.csv"]),
        models={"features": {"architecture": "pretrained", "size": 32}},
        reductions={
            name: {"method": name, **OF_REDUCTIONS.get(name, {"dim": 2})}
            for name in short_names("reductions")
        },
        clusterings={
            name: {"method": name, "on": ["pca"], **OF_CLUSTERINGS.get(name, {"n_clusters": 2})}
            for name in short_names("clusterings")
        },
    )
    found = holes(project, *targets)
    assert len(found) > 25 and not any(found.values()), found
