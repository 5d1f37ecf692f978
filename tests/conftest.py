"""A small experiment in a copy of the repository, run once for all tests that need one."""

import contextlib
import fcntl
import gc
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import yaml
from forked_snakemake import ForkedSnakemake

from aecluster.jobs.job import THREAD_VARIABLES

# Jobs that tests run in this process have one thread, and numba's number may not change in between.
# So do the processes that share the cores, or their libraries wait for each other.
os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
SNAKEMAKE = ForkedSnakemake()
REPOSITORY = Path(__file__).resolve().parent.parent
_NOT_COPIED = shutil.ignore_patterns(
    *(".git", ".venv*", ".snakemake", "results", ".pytest_cache", ".ruff_cache", ".hypothesis"),
    *("*.pyc.*", "*.tmp.*", "*.draft*"),  # compiled files that are being written
)

SMALL_EXPERIMENT = {
    "seeds": [0, 1],
    "datasets": {
        "shapes": {"source": "npy", "images": "data/images.npy", "labels": "data/labels.npy"},
        "others": {
            "source": "npy",
            "images": "data/others.npy",
            "labels": "data/other_labels.npy",
            "trained_on": "shapes",
        },
    },
    "models": {
        "baseline": {"architecture": "baseline", "latent_dim": 16, "epochs": 2, "batch_size": 16},
        "deeper": {
            "architecture": "deeper",
            "latent_dim": 16,
            "epochs": 1,
            "batch_size": 16,
            "params": {"width": 8},
        },
    },
    "reductions": {
        "kpca6": {"method": "kernel_pca", "dim": 6},
        "kpca6-pca": {"method": "pca", "dim": 2, "after": "kpca6"},
    },
    "clusterings": {
        "kmeans": {"method": "minibatch_kmeans", "n_clusters": 2},
        "mixture": {"method": "gmm", "n_clusters": 2, "on": ["kpca6-pca"]},
    },
    "show": {"indices": [1, 2, 3], "extremes": 2},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run files that start the workflow or other programs first: short ones fill the end, where a
    process without files waits for the others."""
    programs = {"finished_project", "new_project", "open_browser", "run_jobs", "subprocess"}
    first = {item.path for item in items if programs & {*item.fixturenames, *vars(item.module)}}
    items.sort(key=lambda item: item.path not in first)


@pytest.fixture(scope="module", autouse=True)
def _little_garbage() -> None:
    """Keep what tests have loaded out of garbage collection: statsmodels collects in each
    correction of p-values, 0.4 s a time with everything loaded."""
    gc.collect()
    gc.freeze()


@dataclass
class Project:
    """A copy of the repository with an experiment of its own."""

    folder: Path

    def run(self, *arguments: str, config: str = "experiment.yaml", timeout: int = 900):
        """Run Snakemake there; return the finished process with its text."""
        return SNAKEMAKE.run("--configfile", config, *arguments, cwd=self.folder, timeout=timeout)

    def aecluster(self, *arguments: str, timeout: int = 1200, **environment: str):
        """Run the command `aecluster` of this copy; return the finished process with its text."""
        return subprocess.run(
            [sys.executable, "-m", "aecluster", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, "PYTHONPATH": "workflow/scripts", **environment},
        )

    def planned(self, *arguments: str) -> set[str]:
        """Return the outputs that a run would make, seen in a dry run."""
        finished = self.run("--dry-run", *arguments)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        text = finished.stdout + finished.stderr
        lines = re.findall(r"^    output: (.+)$", text, re.MULTILINE)
        if not lines:
            assert "Nothing to be done" in text, text
        return {output for line in lines for output in line.split(", ")}

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a piece of text that has to be there."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1))

    @property
    def experiment(self) -> dict:
        """The experiment, read from its file."""
        return yaml.safe_load((self.folder / "experiment.yaml").read_text())

    @experiment.setter
    def experiment(self, content: dict) -> None:
        (self.folder / "experiment.yaml").write_text(yaml.safe_dump(content, sort_keys=False))

    def copy(self, folder: Path) -> "Project":
        """Copy everything, time stamps too."""
        shutil.copytree(self.folder, folder)
        return Project(folder)


def new_project(folder: Path) -> Project:
    """Copy the repository and write the small experiment and its data."""
    shutil.copytree(REPOSITORY, folder, ignore=_NOT_COPIED)
    project = Project(folder)
    project.experiment = SMALL_EXPERIMENT
    write_shapes(folder / "data/images.npy", folder / "data/labels.npy", n_images=60, seed=0)
    write_shapes(folder / "data/others.npy", folder / "data/other_labels.npy", n_images=40, seed=1)
    return project


def write_shapes(images_file: Path, labels_file: Path, n_images: int, seed: int) -> None:
    """Write images of 16 x 16, half with a bright square and half with a dark one, and labels."""
    rng = np.random.default_rng(seed)
    images = rng.integers(90, 160, (n_images, 16, 16, 3), dtype=np.uint8)
    labels = np.arange(n_images) % 2
    for image, label in zip(images, labels, strict=True):
        row, column = rng.integers(0, 8, 2)
        image[row : row + 8, column : column + 8] = 250 if label else 5
    images_file.parent.mkdir(parents=True, exist_ok=True)
    np.save(images_file, images)
    np.save(labels_file, labels)


@contextlib.contextmanager
def writing_down_modules(folder: Path) -> Iterator[None]:
    """Let jobs write down in a folder which modules they load."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AECLUSTER_LOADED", str(folder))
        patch.setenv("PYTHONPATH", str(Path(__file__).with_name("loaded")))
        yield


@pytest.fixture(scope="session")
def finished_project(tmp_path_factory) -> Project:
    """The small experiment, run to its end. Tests copy it; none may change it.

    Beside it, in the folder `loaded`, is what each of its jobs has loaded. The first process of
    tests that needs it runs it; each has a copy of its own.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (shared / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "finished").exists():
            shutil.rmtree(shared / "running", ignore_errors=True)  # of one that failed
            project = new_project(shared / "running/project")
            with writing_down_modules(shared / "running/loaded"):
                finished = project.run("--cores", "2")
            assert finished.returncode == 0, finished.stdout + finished.stderr
            (shared / "running").rename(shared / "finished")
    shutil.copytree(shared / "finished", own / "copy")
    return Project(own / "copy/project")


@pytest.fixture
def project(finished_project, tmp_path) -> Project:
    """A copy of the finished project, to change at will."""
    return finished_project.copy(tmp_path / "project")
