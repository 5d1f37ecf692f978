"""Each module that a job really loads is in its digest: editing it makes the job run again."""

import json
import subprocess
import sys
from pathlib import Path

from conftest import Project, new_project, writing_down_modules

from aecluster.methods import short_names

PROGRAM = Path(__file__).with_name("modules_behind.py")
REQUESTED = ["n_clusters", "levels", "results/shapes/clusters.csv"]

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


def holes(project: Project, *targets: str) -> dict[str, list[str]]:
    """Return what the jobs of a rule have loaded that is not behind their digest."""
    finished = subprocess.run(
        [sys.executable, str(PROGRAM), "all", *targets], cwd=project.folder,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    behind = json.loads(finished.stdout.splitlines()[-1])
    jobs = [
        json.loads(file.read_text()) for file in (project.folder.parent / "loaded").glob("*.json")
    ]
    assert len({job["rule"] for job in jobs}) > 20
    found = {}
    for job in jobs:
        if missing := set(job["modules"]) - set(behind[job["code"]]):
            found.setdefault(job["rule"], set()).update(missing)
    return found


def test_of_the_small_experiment(finished_project):
    assert holes(finished_project) == {}


def test_of_every_other_method(tmp_path):
    project = new_project(tmp_path / "project")
    experiment = project.experiment
    project.experiment = {
        **experiment,
        "seeds": [0],
        "datasets": {"shapes": experiment["datasets"]["shapes"]},
        "models": {
            **{
                name: {
                    "architecture": name, "epochs": 1, "batch_size": 16,
                    **OF_MODELS.get(name, {"latent_dim": 8}),
                }
                for name in short_names("models")
                if name != "course"  # for its own images: test_course.py
            },
            "pretrained": {"architecture": "pretrained", "size": 32},
        },
        "reductions": {
            name: {"method": name, **OF_REDUCTIONS.get(name, {"dim": 2})}
            for name in short_names("reductions")
        },
        "clusterings": {
            name: {"method": name, "on": ["pca"], **OF_CLUSTERINGS.get(name, {"n_clusters": 2})}
            for name in short_names("clusterings")
        },
        "show": {**experiment["show"], "n_clusters": True},
    }  # fmt: skip
    with writing_down_modules(tmp_path / "loaded"):
        finished = project.run("--cores", "2", "all", *REQUESTED)
    assert finished.returncode == 0, finished.stderr
    assert holes(project, *REQUESTED) == {}
