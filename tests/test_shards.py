"""Latents and scores in shards: the bytes of one piece, and the rerun contract."""

import os
import re
import runpy
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import REPOSITORY
from score_tables import scores_of

from aecluster.clusterings.file import save_clusters
from aecluster.consensus.file import save_consensus
from aecluster.jobs.artifacts import as_csv, load_array, save_array, save_rows
from aecluster.models.build import build_model
from aecluster.scoring.table import join_tables
from aecluster.training import latents as latents_module
from aecluster.training.checkpoints import save_model

SCRIPTS = REPOSITORY / "workflow/scripts"
SHARDS = "workflow/scripts/aecluster/experiment/plan.py"
MODEL = {"architecture": "baseline", "after": None, "latent_dim": 6, "params": {"width": 8}}


# Rows that come one block after the other.


def test_rows_in_blocks_are_the_bytes_of_one_array(tmp_path):
    array = np.arange(60, dtype=np.float32).reshape(10, 2, 3)
    save_array(tmp_path / "whole.npy", array)
    for cuts in ([], [4], [1, 9], [0, 5, 10]):
        save_rows(tmp_path / "rows.npy", iter(np.split(array, cuts)), 10)
        assert (tmp_path / "rows.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()
    assert (load_array(tmp_path / "rows.npy") == array).all()


@pytest.mark.parametrize("n_rows", [9, 11])
def test_another_number_of_rows_leaves_no_file(tmp_path, n_rows):
    with pytest.raises(ValueError, match=f"10 rows were to be {n_rows}"):
        save_rows(tmp_path / "rows.npy", np.split(np.zeros((10, 2)), [5]), n_rows)
    assert not list(tmp_path.iterdir())


# Latents.


def run_script(name, folder, **snakemake):
    snakemake = {"log": [str(folder / "job.log")], **snakemake}
    runpy.run_path(str(SCRIPTS / name), {"snakemake": SimpleNamespace(**snakemake)})


def made(**files):
    return SimpleNamespace(**{name: str(path) for name, path in files.items()})


@pytest.fixture
def encoded(tmp_path):
    """A folder with a model, 600 images, and their latents in one piece."""
    images = np.random.default_rng(0).integers(0, 256, (600, 8, 8, 1), dtype=np.uint8)
    save_array(tmp_path / "images.npy", images)
    torch.manual_seed(0)
    save_model(tmp_path / "model.pt", build_model(MODEL, (1, 8, 8)), MODEL, (1, 8, 8))
    inputs = {"images": tmp_path / "images.npy", "model": tmp_path / "model.pt"}
    latents, errors = tmp_path / "whole.npy", tmp_path / "whole.json"
    run_script("encode.py", tmp_path, input=made(**inputs), output=[str(latents)])
    inputs["latents"] = latents
    run_script("reconstruction_errors.py", tmp_path, input=made(**inputs), output=[str(errors)])
    return tmp_path


@pytest.mark.parametrize(("size", "count"), [(256, 3), (512, 2), (256, 5)])
def test_shards_joined_are_the_bytes_of_one_piece(encoded, size, count):
    """Of 5 shards the last two are empty, as where images were left out."""
    inputs = made(images=encoded / "images.npy", model=encoded / "model.pt")
    shards = [str(encoded / f"latents.{shard}") for shard in range(count)]
    for shard, folder in enumerate(shards):
        run_script(
            "encode_shard.py", encoded, input=inputs, output=[folder],
            wildcards=SimpleNamespace(shard=str(shard)),
            params=SimpleNamespace(images_a_shard=size),
        )  # fmt: skip
    output = made(latents=encoded / "joined.npy", reconstruction=encoded / "joined.json")
    run_script("join_latents.py", encoded, input=shards, output=output)
    for kind in ("npy", "json"):
        whole, joined = (encoded / f"{name}.{kind}" for name in ("whole", "joined"))
        assert joined.read_bytes() == whole.read_bytes()
    assert len(load_array(encoded / "joined.npy")) == 600


def test_a_shard_is_whole_batches():
    [size] = re.findall(r"^IMAGES_A_SHARD = ([\d_]+)", (REPOSITORY / SHARDS).read_text(), re.M)
    assert int(size) % latents_module.BATCH == 0


# Scores.


def test_scores_by_run_joined_are_the_bytes_of_one_table(tmp_path):
    rng, labels = np.random.default_rng(0), np.repeat([0, 1], 10)
    np.save(tmp_path / "labels.npy", labels)
    (tmp_path / "dataset.json").write_text('{"split": {"public": 0.3, "seed": 4}}')
    runs = [[("007", seed, r, "kmeans", []) for r in ("pca", "tsne")] for seed in (0, 1)]
    for cells in runs:
        for model, seed, reduction, clustering, _ in cells:
            run = tmp_path / model / f"seed{seed}"
            (run / reduction).mkdir(parents=True)
            np.save(run / reduction / "embedding.npy", rng.normal(size=(20, 3)))
            save_clusters(run / reduction / clustering / "clusters.csv", rng.integers(0, 2, 20))
            (run / "reconstruction.json").write_text('{"mse": 0.1}')
    for place in ("", "seed0/", "seed1/"):
        save_consensus(tmp_path / f"consensus/{place}clusters.csv", labels, np.ones(20))
    consensus = [[0, []], [1, []]]
    whole = as_csv(scores_of(tmp_path, [*runs[0], *runs[1]], consensus))
    parts = [*(scores_of(tmp_path, cells) for cells in runs)]
    parts.append(scores_of(tmp_path, [], consensus))
    assert join_tables([as_csv(part) for part in parts]) == whole
    assert any(float(row.split(",")[15] or 0) < 0 for row in whole.splitlines()[1:]), "a minus"


# The workflow.


def jobs(finished):
    """Number of jobs by rule in the table of a dry run."""
    assert finished.returncode == 0, finished.stdout + finished.stderr
    table = (finished.stdout + finished.stderr).split("Job stats:")[1].split("total")[0]
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", table, re.M)}


def test_many_images_and_many_cells_are_shared_among_jobs(project):
    """60 images and 40, 12 cells a data set in 4 runs."""
    few = jobs(project.run("--dry-run", "--forceall", "score"))
    assert few["encode_images"] == few["reconstruction_errors"] == 8 and few["score_dataset"] == 2
    assert not {"encode_shard", "join_latents", "score_run"} & set(few)
    project.edit(SHARDS, "IMAGES_A_SHARD = 25_600", "IMAGES_A_SHARD = 40")
    project.edit(SHARDS, "CELLS_A_JOB = 200", "CELLS_A_JOB = 11")
    many = jobs(project.run("--dry-run", "--forceall", "score"))
    assert many["encode_shard"] == 4 * 2 and many["join_latents"] == 4, "those of 60 images"
    assert many["encode_images"] == many["reconstruction_errors"] == 4, "those of 40 images"
    assert many["score_run"] == 8 and many["score_dataset"] == 2
    project.edit(SHARDS, "IMAGES_A_SHARD = 40", "IMAGES_A_SHARD = 10")
    project.edit(SHARDS, "MOST_SHARDS = 16", "MOST_SHARDS = 3")
    most = jobs(project.run("--dry-run", "--forceall", "score"))
    assert most["encode_shard"] == 4 * 3 + 4 * 2, "20 of 60 images each, and 20 of 40"


def test_the_rerun_contract_holds_for_shards(project):
    project.edit(SHARDS, "IMAGES_A_SHARD = 25_600", "IMAGES_A_SHARD = 40")
    latents = "results/shapes/baseline/seed0/latents.npy"
    finished = project.run("--cores", "2", latents)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    run = project.folder / "results/shapes/baseline/seed0"
    assert not list(run.glob("latents.[0-9]*")), "shards go when they are joined"
    for path in project.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path)
    assert project.planned(latents) == set()
    encoding = "workflow/scripts/aecluster/training/latents.py"
    project.edit(encoding, "(0, 0), np.float32", "(0, 0), np.float32, order='C'")
    shards = {f"results/shapes/baseline/seed0/latents.{shard}" for shard in (0, 1)}
    reconstruction = latents.replace("latents.npy", "reconstruction.json")
    assert project.planned(latents) == {*shards, latents, reconstruction}
