"""The course's own pipeline: its settings, its network, a short run, and how long it says it takes.

The short run has 500 images and 2 epochs; everything else is that of config/course.yaml.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
import yaml
from conftest import REPOSITORY, new_project
from torch import nn

from aecluster.errors import InputError
from aecluster.experiment.checks import check_experiment
from aecluster.experiment.schema import complete_experiment
from aecluster.methods import build
from aecluster.models.course import Network
from aecluster.sources.find import image_shape
from aecluster.training.duration import readable
from aecluster.training.estimate import announcement, seconds_in_all
from aecluster.training.speed import seconds_per_image

COURSE = yaml.safe_load((REPOSITORY / "config/course.yaml").read_text())
SCHEMA = REPOSITORY / "workflow/schemas/config.schema.yaml"
SUBMISSIONS = [
    f"results/course/course/seed0/kpca{dim}-tsne/kmeans/clusters.csv" for dim in (200, 400)
]
N_IMAGES = 500


def complete(images) -> dict:
    """The experiment of config/course.yaml with all defaults, on a file of images."""
    config = {**COURSE, "datasets": {"course": {**COURSE["datasets"]["course"], "images": images}}}
    experiment = complete_experiment(config, SCHEMA)
    check_experiment(experiment)
    return experiment


def on(images, **model) -> list[str]:
    """What a person adds to the command for their images and other settings of the model."""
    values = ["datasets=" + json.dumps({"course": {"images": str(images)}})]
    return ["--config", *values, *(["models=" + json.dumps({"course": model})] if model else [])]


def random_images(path, n_images):
    images = np.random.default_rng(0).integers(0, 256, (n_images, 32, 32, 3), dtype=np.uint8)
    np.save(path, images)
    return path


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the repository and a file trainX.npy outside of it."""
    folder = tmp_path_factory.mktemp("course")
    return new_project(folder / "project"), random_images(folder / "trainX.npy", N_IMAGES)


@pytest.fixture(scope="module")
def short_run(course):
    project, images = course
    arguments = ["--cores", "2", *on(images, epochs=2), "--", *SUBMISSIONS]
    finished = project.run(*arguments, config="config/course.yaml")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return project, finished.stdout + finished.stderr


# The settings


def test_the_numbers_are_those_of_the_hand_out():
    experiment = complete_experiment(COURSE, SCHEMA)
    assert experiment["seeds"] == [0]
    assert experiment["models"] == {
        "course": {
            "architecture": "course",
            "size": None,
            "latent_dim": None,
            "epochs": 100,
            "batch_size": 64,
            "optimizer": "adam",
            "learning_rate": 1e-5,
            "schedule": "constant",
            "weight_decay": 1e-5,
            "betas": [0.9, 0.999],
            "max_grad_norm": None,
            "loss": "mse",
            "noise": 0,
            "after": None,
            "augmentation": dict.fromkeys(["affine", "crop", "colour", "hue", "grey"], 0)
            | {"flip": False},
            "threads": 1,
            "device": "cpu",
            "precision": "auto",
            "params": {},
        }
    }
    kernel_pca = {"kernel": "rbf", "gamma": None, "standardize": False, "eigen_solver": "dense"}
    for dim in (200, 400):
        first = experiment["reductions"][f"kpca{dim}"]
        assert (first["method"], first["dim"], first["after"]) == ("kernel_pca", dim, None)
        assert first["params"] == kernel_pca
        second = experiment["reductions"][f"kpca{dim}-tsne"]
        assert (second["dim"], second["after"]) == (2, f"kpca{dim}")
    clusterings = experiment["clusterings"]
    assert list(clusterings) == ["kmeans"] and clusterings["kmeans"]["n_clusters"] == 2
    assert clusterings["kmeans"]["on"] == ["kpca200-tsne", "kpca400-tsne"]


# Defaults as the documentation of scikit-learn 0.23 lists them, under their names of today.
TSNE_THEN = {
    "perplexity": 30.0,
    "early_exaggeration": 12.0,
    "learning_rate": 200.0,
    "max_iter": 1000,
    "n_iter_without_progress": 300,
    "min_grad_norm": 1e-07,
    "metric": "euclidean",
    "init": "random",
    "method": "barnes_hut",
    "angle": 0.5,
}
KMEANS_THEN = {
    "init": "k-means++",
    "max_iter": 100,
    "batch_size": 100,
    "compute_labels": True,
    "tol": 0.0,
    "max_no_improvement": 10,
    "init_size": None,
    "n_init": 3,
    "reassignment_ratio": 0.01,
}
KERNEL_PCA_THEN = {"kernel": "rbf", "gamma": None, "eigen_solver": "dense", "alpha": 1.0, "tol": 0}


@pytest.mark.parametrize(
    ("kind", "name", "size", "then"),
    [
        ("reductions", "kpca200", "dim", KERNEL_PCA_THEN),
        ("reductions", "kpca400", "dim", KERNEL_PCA_THEN),
        ("reductions", "kpca200-tsne", "dim", TSNE_THEN),
        ("reductions", "kpca400-tsne", "dim", TSNE_THEN),
        ("clusterings", "kmeans", "n_clusters", KMEANS_THEN),
    ],
)
def test_estimators_are_set_as_scikit_learn_did_then(kind, name, size, then):
    step = COURSE[kind][name]
    estimator = build(kind, step["method"], 0, step["params"], **{size: step[size]})
    settings = estimator.get_params()
    assert {key: settings[key] for key in then} == then
    assert settings["random_state"] == 0


# The network


def test_the_network_is_that_of_the_hand_out():
    hand_out = [
        *(nn.Conv2d(3, 64, 3, stride=1, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(64, 128, 3, stride=1, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(128, 256, 3, stride=1, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.ConvTranspose2d(256, 128, 5, stride=1), nn.ReLU()),
        *(nn.ConvTranspose2d(128, 64, 9, stride=1), nn.ReLU()),
        *(nn.ConvTranspose2d(64, 3, 17, stride=1), nn.Tanh()),
    ]
    network = Network((3, 32, 32))
    layers = [*network.encoder, *network.decoder]
    shaping = [layer for layer in layers if isinstance(layer, nn.Flatten | nn.Unflatten)]
    assert [repr(layer) for layer in layers if layer not in shaping] == list(map(repr, hand_out))
    assert len(shaping) == 2, "latents are flat, the decoder begins with 256 x 4 x 4"
    convolutions = 3 * 64 * 3**2 + 64 * 128 * 3**2 + 128 * 256 * 3**2 + 64 + 128 + 256
    back = 256 * 128 * 5**2 + 128 * 64 * 9**2 + 64 * 3 * 17**2 + 128 + 64 + 3
    assert convolutions + back == 1_909_251
    assert sum(weights.numel() for weights in network.parameters()) == convolutions + back


def test_shapes_on_the_way_through_the_network():
    network = Network((3, 32, 32))
    images = torch.zeros(2, 3, 32, 32)
    assert network.encode(images).shape == (2, 4096)
    assert network(images).shape == images.shape
    assert network(images).abs().max() <= 1


@pytest.mark.parametrize(("shape", "latent_dim"), [((3, 64, 64), 4096), ((3, 32, 32), 512)])
def test_the_network_has_one_size(shape, latent_dim):
    with pytest.raises(InputError, match=r"32 x 32|4096"):
        Network(shape, latent_dim)


# A short run


@pytest.mark.parametrize("path", SUBMISSIONS)
def test_clusters_are_a_submission(short_run, path):
    lines = (short_run[0].folder / path).read_text().splitlines()
    assert lines[0] == "id,label"
    assert len(lines) == N_IMAGES + 1
    rows = [re.fullmatch(r"(\d+),([01])", line) for line in lines[1:]]
    assert all(rows), "whole numbers without spaces, labels 0 and 1"
    assert [int(row[1]) for row in rows] == list(range(N_IMAGES))
    assert {row[2] for row in rows} == {"0", "1"}


def test_ids_are_places_in_the_given_file(short_run, course):
    images = np.load(short_run[0].folder / "results/course/images.npy")
    np.testing.assert_array_equal(images, np.load(course[1]))


def test_settings_reach_the_model(short_run):
    run = short_run[0].folder / "results/course/course/seed0"
    content = torch.load(run / "model.pt", weights_only=True)
    settings = json.loads(content["settings"])
    wanted = {**complete_experiment(COURSE, SCHEMA)["models"]["course"], "epochs": 2}
    assert settings == wanted
    assert list(content["image_shape"]) == [3, 32, 32]
    history = np.genfromtxt(run / "history.csv", delimiter=",", names=True)
    assert list(history["epoch"]) == [1, 2]
    assert list(history["lr"]) == pytest.approx([1e-5, 1e-5])


def test_embeddings_have_the_dimensions(short_run):
    run = short_run[0].folder / "results/course/course/seed0"
    for name, dim in [("kpca200", 200), ("kpca400", 400), ("kpca200-tsne", 2), ("kpca400-tsne", 2)]:
        embedding = np.load(run / name / "embedding.npy")
        assert embedding.shape == (N_IMAGES, dim)
        assert np.linalg.matrix_rank(embedding) == dim


def test_a_short_run_says_nothing_of_time(short_run):
    assert "Training will take" not in short_run[1]


# How long it takes


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A fresh copy of the repository, and the arguments of the whole run on 9,000 images."""
    folder = tmp_path_factory.mktemp("whole")
    images = random_images(folder / "trainX.npy", 9000)
    # `auto` would compare precisions first, for 10 s where the processor has bfloat16.
    arguments = [*on(images, precision="float32"), "--", *SUBMISSIONS]
    return new_project(folder / "project"), arguments


def test_a_dry_run_measures_nothing(whole):
    project, arguments = whole
    dry_run = project.run("--dry-run", *arguments, config="config/course.yaml")
    assert dry_run.returncode == 0, dry_run.stdout + dry_run.stderr
    assert "train_model" in dry_run.stdout
    assert "Training will take" not in dry_run.stdout + dry_run.stderr
    assert not (project.folder / "results").exists()


def test_the_whole_run_says_before_it_starts_how_long_it_takes(whole):
    project, arguments = whole
    command = [sys.executable, "-m", "snakemake", "--configfile", "config/course.yaml"]
    process = subprocess.Popen(
        [*command, "--cores", "1", *arguments],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    text = ""
    try:
        for line in process.stderr:
            text += line
            if "Training will take" in line:
                break
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    lasts = r"(\d+ s|\d+ min|\d+ h( \d+ min)?)"
    work = r"1 model x 100 epochs x 9,000 images, 1 job of 1 thread at a time\.$"
    assert re.search(
        rf"^Training will take about {lasts} in float32: {work}", text, re.MULTILINE
    ), text
    assert (project.folder / "results/logs/estimate.log").read_text() == ""


def test_a_measurement_that_fails_stops_nothing(course, tmp_path):
    project = course[0].copy(tmp_path / "project")
    (project.folder / "workflow/scripts/estimate_time.py").write_text("raise SystemExit('broken')")
    project.edit("workflow/rules/common/estimate.smk", "MANY_IMAGES = 400_000", "MANY_IMAGES = -1")
    arguments = ["--cores", "1", "--force", *on(course[1]), "--", "results/course/images.npy"]
    finished = project.run(*arguments, config="config/course.yaml")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "broken" not in finished.stdout + finished.stderr
    assert "broken" in (project.folder / "results/logs/estimate.log").read_text()


def training(experiment, n_images, seeds, **settings):
    (dataset,), (model,) = experiment["datasets"].values(), experiment["models"].values()
    return {
        "dataset": dataset,
        "settings": {**model, **settings},
        "n_images": n_images,
        "seeds": seeds,
    }


def test_the_sentence_for_three_seeds_on_two_cores(course, tmp_path):
    experiment = complete(str(course[1]))
    # A small network, so that nobody waits.
    small = training(experiment, 9000, 3, architecture="baseline", latent_dim=8)
    assert re.fullmatch(
        r"Training will take about [\dhmins ]+ in (float32|bfloat16): 3 models x 100 epochs x "
        r"9,000 images, 2 jobs of 1 thread at a time\.",
        announcement([small], cores=2, folder=str(tmp_path)),
    )


def test_the_sentence_for_unlike_trainings_and_unknown_shapes(course, tmp_path, monkeypatch):
    monkeypatch.setattr("aecluster.training.estimate.seconds_per_image", lambda *_: 0.001)
    experiment = complete(str(course[1]))
    long = training(experiment, 9000, 1, precision="float32")
    short = training(experiment, 9000, 2, precision="float32", epochs=10)
    assert announcement([long, short], cores=4, folder=str(tmp_path)) == (
        "Training will take about 15 min in float32: 3 models, 1,080,000 images in all epochs, "
        "3 jobs of 1 thread at a time."
    )
    folder = {
        **long,
        "dataset": {**long["dataset"], "source": "folder", "images": None, "path": "x"},
    }
    folder["settings"] = {**folder["settings"], "threads": 4}
    assert announcement([folder], cores=2, folder=str(tmp_path)) == (
        "Training will take roughly 15 min in float32: 1 model x 100 epochs x 9,000 images, "
        "1 job of 4 threads at a time."
    )


def test_a_measured_step_is_a_step_of_the_training(course):
    experiment = complete(str(course[1]))
    settings = {**experiment["models"]["course"], "architecture": "baseline", "latent_dim": 8}
    settings["precision"] = "float32"
    start = time.monotonic()
    seconds = seconds_per_image(settings, (1, 8, 8), batches=2)
    assert 0 < seconds * settings["batch_size"] * 2 < time.monotonic() - start


DATASET = {"source": "npy", "params": {}, "size": None} | dict.fromkeys(
    ["images", "labels", "path"]
)


@pytest.mark.parametrize(
    ("shape", "size", "expected"),
    [
        ((5, 32, 32, 3), None, (3, 32, 32)),
        ((5, 20, 24), None, (1, 20, 24)),
        ((5, 3, 20, 24), None, (3, 20, 24)),
        ((5, 20, 24), 16, (1, 16, 16)),
    ],
)
def test_shapes_come_from_the_header(tmp_path, shape, size, expected):
    np.save(tmp_path / "images.npy", np.zeros(shape, np.uint8))
    dataset = DATASET | {"images": str(tmp_path / "images.npy"), "size": size}
    assert image_shape(dataset) == (expected, True)


def test_shapes_of_other_sources():
    folder = DATASET | {"source": "folder", "path": "here"}
    assert image_shape(folder) == ((3, 32, 32), False)
    assert image_shape(folder | {"size": 64}) == ((3, 64, 64), True)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.01, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (754, "13 min"),
        (3599, "1 h"),
        (6000, "1 h 40 min"),
        (360_000, "100 h"),
    ],
)
def test_times_are_said_as_a_person_does(seconds, text):
    assert readable(seconds) == text


@pytest.mark.parametrize(
    ("jobs", "at_a_time", "seconds"),
    [([5], 1, 5), ([5, 5, 5], 2, 10), ([1, 1, 1, 3], 2, 3), ([4, 2, 1], 1, 7)],
)
def test_jobs_share_the_cores(jobs, at_a_time, seconds):
    assert seconds_in_all(jobs, at_a_time) == seconds
