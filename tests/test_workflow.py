"""The workflow as a person runs it: results, targets, reports, repeated and killed runs."""

import csv
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from conftest import new_project

VARYING = ("seconds",)  # columns of tables that hold times


def artifacts(project) -> dict[str, str]:
    """Return a digest of every result; times are left out of tables."""
    digests = {}
    for path in sorted((project.folder / "results").rglob("*")):
        name = str(path.relative_to(project.folder))
        if not path.is_file() or name.startswith(("results/logs", "results/benchmarks")):
            continue
        if path.name.endswith((".html", ".sha256", "provenance.json")):
            continue
        content = path.read_bytes()
        if path.name in ("history.csv", "scores.csv", "summary.csv"):
            content = _without_times(path).encode()
        digests[name] = hashlib.sha256(content).hexdigest()
    return digests


def _without_times(path) -> str:
    with path.open() as file:
        rows = list(csv.DictReader(file))
    return json.dumps([{k: v for k, v in row.items() if not k.startswith(VARYING)} for row in rows])


def test_every_path_of_the_contract_exists(finished_project):
    results = finished_project.folder / "results"
    run = results / "shapes/deeper/seed1"
    for path in [
        results / "shapes/images.npy",
        results / "shapes/labels.npy",
        results / "shapes/dataset.json",
        run / "model.pt",
        run / "provenance.json",
        run / "history.csv",
        run / "latents.npy",
        run / "reconstruction.json",
        run / "kpca6/embedding.npy",
        run / "kpca6/kmeans/clusters.csv",
        results / "shapes/scores.csv",
        results / "shapes/provenance.json",
        results / "shapes/summary.csv",
        results / "shapes/summary.md",
        results / "shapes/consensus/clusters.csv",
        results / "shapes/consensus/seed1/clusters.csv",
        results / "shapes/selection.csv",
        results / "shapes/checkpoints.csv",
        results / "shapes/choices.csv",
        results / "comparison-across-datasets.csv",
        results / "plots/critical-difference.png",
        results / "shapes/plots/consensus.png",
        results / "shapes/plots/learning-curves.png",
        results / "math/lstm.csv",
        results / "math/skipgram.csv",
        results / "report.html",
        results / "logs",
        results / "benchmarks",
    ]:
        assert path.exists(), path
    assert not list(results.rglob("*.draft*"))
    assert not (results / ".resume").exists()


def test_artifacts_are_of_the_stated_types(finished_project):
    folder = finished_project.folder / "results/shapes"
    images, labels = np.load(folder / "images.npy"), np.load(folder / "labels.npy")
    assert (images.dtype, images.shape) == (np.uint8, (60, 16, 16, 3))
    assert (labels.dtype, labels.shape) == (np.int64, (60,))
    latents = np.load(folder / "baseline/seed0/latents.npy")
    embedding = np.load(folder / "baseline/seed0/kpca6/embedding.npy")
    assert (latents.dtype, latents.shape) == (np.float32, (60, 16))
    assert (embedding.dtype, embedding.shape) == (np.float32, (60, 6))
    model = torch.load(folder / "baseline/seed0/model.pt", weights_only=True)
    assert json.loads(model["settings"])["epochs"] == 2
    with (folder / "baseline/seed0/kpca6/kmeans/clusters.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["id"]) for row in rows] == list(range(60))
    assert {row["label"] for row in rows} == {"0", "1"}


def test_scores_have_one_row_a_cell(finished_project):
    with (finished_project.folder / "results/others/scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    voted = [row for row in rows if row["model"] == "consensus"]
    assert [row["seed"] for row in voted] == ["0", "1"]
    # models, seeds, reductions of k-means and of the mixture
    assert len(rows) - len(voted) == 2 * 2 * (2 + 1)
    for row in rows:
        assert 0.5 <= float(row["accuracy"]) <= 1
        assert float(row["seconds"]) > 0
        assert row in voted or float(row["reconstruction_mse"]) > 0


def test_the_consensus_and_the_choice(finished_project):
    folder = finished_project.folder / "results/shapes"
    with (folder / "consensus/clusters.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["id"]) for row in rows] == list(range(60))
    assert {row["label"] for row in rows} == {"0", "1"}
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)
    with (folder / "selection.csv").open() as file:
        chosen = [row for row in csv.DictReader(file) if row["chosen"] == "True"]
    assert len(chosen) == 1
    text = (folder / "summary.md").read_text()
    assert "## Chosen without labels" in text and chosen[0]["reduction"] in text
    page = (finished_project.folder / "results/report.html").read_text()
    assert "best by the labels (oracle)" in page and "consensus of each seed" in page
    across = (finished_project.folder / "results/comparison-across-datasets.md").read_text()
    assert "at least 5 with labels, but there are 2" in across


def test_seeds_differ(finished_project):
    folder = finished_project.folder / "results/shapes/baseline"
    for file in ("latents.npy", "kpca6/embedding.npy"):
        one, other = (np.load(folder / seed / file) for seed in ("seed0", "seed1"))
        assert not np.array_equal(one, other)


# Two of the runs, from images to clusters and errors: what the repeated runs below make.
RUNS = ["results/shapes/baseline/seed0", "results/shapes/deeper/seed1"]
PART = [f"{run}/kpca6-pca/{name}/clusters.csv" for run in RUNS for name in ("kmeans", "mixture")]
PART += [f"{run}/reconstruction.json" for run in RUNS]

READ = [f"results/shapes/{file}" for file in ("images.npy", "read.json", "files.json", "equal.npy")]


def of_part(digests: dict[str, str]) -> dict[str, str]:
    """Return the artifacts that PART needs."""
    stages = (
        "model.pt", "history.csv", "snapshots.pt", "latents.npy", "reconstruction.json",
        "embedding.npy", "kpca6-pca/kmeans/clusters.csv", "kpca6-pca/mixture/clusters.csv",
    )  # fmt: skip
    return {
        name: digest
        for name, digest in digests.items()
        if name in READ or (name.startswith(tuple(RUNS)) and name.endswith(stages))
    }


def test_one_core_and_a_python_for_each_script_give_the_same_bytes(
    finished_project, tmp_path, monkeypatch
):
    monkeypatch.setenv("AECLUSTER_WARM", "0")
    alone = new_project(tmp_path / "alone")
    finished = alone.run("--cores", "1", *PART)
    assert finished.returncode == 0, finished.stderr
    assert artifacts(alone) == of_part(artifacts(finished_project))
    assert len(artifacts(alone)) == len(READ) + 2 * 9


def test_the_end_prints_table_and_paths(project):
    (project.folder / "results/shapes/summary.md").unlink()
    finished = project.run("--cores", "1")
    text = finished.stdout + finished.stderr
    assert "| reduction | dimension | baseline | deeper |" in text
    assert "results/report.html" in text


@pytest.mark.parametrize(
    "stage", ["train", "latents", "reduce", "cluster", "consensus", "selection", "score", "plots"]
)
def test_stages_are_targets(finished_project, stage):
    assert finished_project.planned(stage) == set()


def test_one_file_is_a_target(project):
    target = "results/shapes/deeper/seed1/kpca6/embedding.npy"
    (project.folder / target).unlink()
    assert project.planned(target) == {target}


def test_snakemakes_own_report(project):
    finished = project.run("--report", "report.html")
    assert finished.returncode == 0, finished.stderr
    text = (project.folder / "report.html").read_text()
    assert "learning" in text.lower()


def test_the_catalog_s_snakefile_is_the_same_workflow(project):
    assert project.planned("-s", "workflow/Snakefile") == set()


def test_unlabelled_images_are_a_normal_case(project):
    experiment = project.experiment
    experiment["datasets"] = {"plain": {"source": "npy", "images": "data/images.npy"}}
    experiment["models"].pop("deeper")
    experiment["seeds"] = [0]
    project.experiment = experiment
    finished = project.run("--cores", "2")
    assert finished.returncode == 0, finished.stderr
    with (project.folder / "results/plain/scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert all(row["accuracy"] == "" and row["nmi"] == "" for row in rows)
    assert all(row["silhouette"] or row["model"] == "consensus" for row in rows)
    page = (project.folder / "results/report.html").read_text()
    assert "There are no labels to check it against" in page
    assert "Silhouette" in (project.folder / "results/plain/summary.md").read_text()


def test_a_given_experiment_replaces_the_default_one(finished_project):
    assert not (finished_project.folder / "results/photos").exists()
    planned = finished_project.planned("--config", "seeds=[0]")
    assert planned and not [output for output in planned if "/seed1/" in output]


def test_without_configfile_the_default_experiment_is_meant(finished_project):
    finished = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", "--config", "seeds=[5]"],
        cwd=finished_project.folder, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    text = finished.stdout + finished.stderr
    assert "results/photos/deeper/seed5/kpca200-tsne/kmeans/clusters.csv" in text
    assert "shapes" not in text


def test_the_snakefile_imports_nothing_heavy(finished_project):
    program = (
        "import sys; from snakemake.cli import main\n"
        "try: main(['--dry-run', '--quiet', 'all', '--configfile', 'experiment.yaml'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'torch', 'sklearn', 'matplotlib', 'bokeh'} & set(sys.modules)))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=finished_project.folder, capture_output=True, text=True
    )
    assert finished.stdout.splitlines()[-1] == "[]", finished.stdout + finished.stderr


def test_killed_runs_end_with_the_same_bytes(finished_project, tmp_path):
    """`kill -9` of the whole process tree at random moments, then the same command again."""
    killed = new_project(tmp_path / "killed")
    command = [
        sys.executable, "-m", "snakemake", "--configfile", "experiment.yaml", "--cores", "2", *PART,
    ]  # fmt: skip
    rng = random.Random(0)
    n_kills = int(os.environ.get("AECLUSTER_KILLS", "3"))
    for _ in range(n_kills):
        process = subprocess.Popen(
            command, cwd=killed.folder, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(rng.uniform(2, 7))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    finished = killed.run("--cores", "2", *PART)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert artifacts(killed) == of_part(artifacts(finished_project))
    assert killed.planned(*PART) == set()


def test_a_second_run_in_the_folder_is_turned_away(project):
    (project.folder / "results/shapes/scores.csv").unlink()
    holder = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys, time; sys.path.insert(0, 'workflow/scripts')\n"
            "from aecluster.jobs.lock import LOCK, hold_lock; hold_lock(LOCK)\n"
            "print('held', flush=True); time.sleep(60)",
        ],
        cwd=project.folder, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout.readline() == "held\n"
        finished = project.run("--cores", "1")
        assert finished.returncode == 1
        assert f"another run (process {holder.pid} on " in finished.stdout + finished.stderr
        assert not (project.folder / "results/shapes/scores.csv").exists()
    finally:
        holder.kill()
        holder.wait()
    assert project.run("--cores", "1").returncode == 0
