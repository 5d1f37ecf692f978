"""In a grid of many cells the cheap clusterings of an embedding share a process."""

import os

import pytest
from test_damage import flip
from test_shards import jobs

from aecluster.experiment.plan import cheap

TOGETHER = "workflow/scripts/aecluster/experiment/plan.py"
CLUSTERINGS = "workflow/scripts/aecluster/clusterings"
ONE = "results/shapes/baseline/seed0/kpca6"


@pytest.fixture
def grid(project):
    """20 cells a data set: 4 runs, 2 reductions with 2 cheap clusterings, one with a third."""
    project.experiment = {
        **project.experiment,
        "clusterings": {
            "kmeans": {"method": "minibatch_kmeans", "n_clusters": 2},
            "lloyd": {"method": "kmeans", "n_clusters": 3},
            "mixture": {"method": "gmm", "n_clusters": 2, "on": ["kpca6-pca"]},
        },
    }
    return project


def share(project):
    project.edit(TOGETHER, "CELLS_ALONE = 200", "CELLS_ALONE = 19")


def test_cheap_clusterings_of_an_embedding_are_one_job(grid):
    few = jobs(grid.run("--dry-run", "--forceall", "score"))
    assert few["cluster_embedding"] == 2 * 20 and "cluster_together" not in few
    share(grid)
    many = jobs(grid.run("--dry-run", "--forceall", "score"))
    assert many["cluster_together"] == 2 * 4 * 2, "one for each embedding"
    assert many["cluster_embedding"] == 2 * 4, "mixtures have a job of their own"
    grid.edit(f"{CLUSTERINGS}/kmeans.py", "CHEAP = 10_000", "CHEAP = 50")
    some = jobs(grid.run("--dry-run", "--forceall", "score"))
    assert some["cluster_together"] == 4 * 2, "of the 40 images, not of the 60"
    assert some["cluster_embedding"] == 2 * 4 + 4 * 2 * 2


def test_together_and_alone_give_the_same_bytes(grid):
    files = [f"{ONE}/{clustering}/clusters.csv" for clustering in ("kmeans", "lloyd")]
    finished = grid.run("--cores", "2", *files)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    alone = [(grid.folder / file).read_bytes() for file in files]
    share(grid)
    finished = grid.run("--cores", "2", "--forcerun", "cluster_together", "--", *files)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "cluster_together" in finished.stdout + finished.stderr
    assert [(grid.folder / file).read_bytes() for file in files] == alone


def test_the_rerun_contract_holds_for_shared_jobs(grid):
    share(grid)
    target = "results/shapes/scores.csv"
    finished = grid.run("--cores", "2", target)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    for path in grid.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path)
    assert grid.planned(target) == set()
    others = {file for file in grid.planned("--forceall", target) if "/mixture/" in file}
    grid.edit("experiment.yaml", "n_clusters: 3", "n_clusters: 4")
    clusters = {file for file in grid.planned(target) if file.endswith("/clusters.csv")}
    assert len([file for file in clusters if "/consensus/" not in file]) == 4 * 2 * 2
    assert others and not others & clusters, "the mixtures are as they were"


def test_a_new_seed_leaves_the_shared_jobs_of_others(grid):
    share(grid)
    finished = grid.run("--cores", "2", f"{ONE}/kmeans/clusters.csv")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    experiment = grid.experiment
    experiment["seeds"] = [0, 1, 2]
    grid.experiment = experiment
    assert grid.planned(f"{ONE}/kmeans/clusters.csv") == set()


def test_damage_of_what_they_read_is_named(grid):
    share(grid)
    flip(grid.folder / f"{ONE}/embedding.npy")
    finished = grid.run(
        "--cores", "1", "--forcerun", "cluster_together", "--", f"{ONE}/kmeans/clusters.csv"
    )
    assert finished.returncode == 1
    assert f"Error: {ONE}/embedding.npy was damaged or changed" in finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("method", "n_images", "expected"),
    [
        ("kmeans", 1_000, True),
        ("kmeans", 1_000_000, False),
        ("minibatch_kmeans", 20_000, True),
        ("gmm", 10, False),
        ("sklearn.cluster.Birch", 10, False),
    ],
)
def test_what_is_cheap(method, n_images, expected):
    assert cheap(method, n_images) is expected
