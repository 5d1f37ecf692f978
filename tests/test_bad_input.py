"""What a person sees when an experiment or its data cannot be used."""

import gzip

import numpy as np
import pytest


def refused(project, *arguments: str) -> str:
    """Run, expect exit code 1 and one sentence; return the sentence."""
    finished = project.run("--cores", "2", *arguments)
    text = finished.stdout + finished.stderr
    assert finished.returncode == 1, text
    sentences = [line for line in text.splitlines() if line.startswith("Error: ")]
    assert len(sentences) == 1, text
    assert "Traceback" not in text
    return sentences[0]


def change(project, section, name, **settings):
    experiment = project.experiment
    experiment[section][name] = {**experiment[section].get(name, {}), **settings}
    project.experiment = experiment


@pytest.mark.parametrize(
    ("section", "name", "settings", "parts"),
    [
        ("models", "deeper", {"epoch": 3}, ["models.deeper.epoch", "Did you mean `epochs`?"]),
        ("models", "deeper", {"learning_rate": "1e-3"}, ["learning_rate", "0.001"]),
        ("models", "deeper", {"epochs": 0}, ["models.deeper.epochs is 0", "at least 1"]),
        ("reductions", "pca", {"dim": 17}, ["reductions.pca", "17", "only 16", "latent_dim"]),
        ("reductions", "kpca6-pca", {"dim": 7}, ["reductions.kpca6-pca", "7", "only 6"]),
        ("reductions", "kpca6", {"after": "kpca6-pca"}, ["circle"]),
        ("clusterings", "kmeans", {"method": "kmean"}, ["`kmean`", "Did you mean `kmeans`?"]),
        (
            "clusterings",
            "kmeans",
            {"params": {"n_init": 0}},
            ["kmeans.params.n_init is 0", "least 1"],
        ),
        ("datasets", "a/b", {"source": "digits"}, ["a/b", "small letters"]),
        ("datasets", "shapes", {"images": "data/none.npy"}, ["data/none.npy"]),
        ("datasets", "shapes", {"images": "data"}, ["data"]),
    ],
)
def test_a_wrong_experiment_stops_before_any_job(project, section, name, settings, parts):
    change(project, section, name, **settings)
    sentence = refused(project)
    for part in parts:
        assert part in sentence


def test_no_seeds(project):
    project.experiment = {**project.experiment, "seeds": []}
    assert "seeds is empty" in refused(project)


def _truncated(folder):
    np.save(folder / "bad.npy", np.zeros((60, 16, 16, 3), np.uint8))
    content = (folder / "bad.npy").read_bytes()
    (folder / "bad.npy").write_bytes(content[: len(content) // 2])


def _not_an_array(folder):
    (folder / "bad.npy").write_text("these are not pixels")


def _wrong_shape(folder):
    np.save(folder / "bad.npy", np.zeros((60, 16), np.uint8))


def _wrong_type(folder):
    np.save(folder / "bad.npy", np.full((60, 16, 16, 3), 1000, np.int32))


def _not_a_number(folder):
    images = np.zeros((60, 16, 16, 3), np.float32)
    images[7, 3, 3, 1] = np.nan
    np.save(folder / "bad.npy", images)


def _pickled(folder):
    np.save(folder / "bad.npy", np.array([{"a": 1}] * 60, dtype=object), allow_pickle=True)


def _compressed(folder):
    (folder / "bad.npy").write_bytes(gzip.compress(b"x" * 100))


@pytest.mark.parametrize(
    "write",
    [_truncated, _not_an_array, _wrong_shape, _wrong_type, _not_a_number, _pickled, _compressed],
)
def test_broken_images_end_in_a_sentence(project, write):
    write(project.folder / "data")
    before = {p: p.stat().st_mtime_ns for p in project.folder.glob("results/others/**/*.npy")}
    change(project, "datasets", "shapes", images="data/bad.npy")
    assert "data/bad.npy" in refused(project, "--keep-going")
    assert not list(project.folder.glob("results/**/*.draft*"))
    kept = {p: p.stat().st_mtime_ns for p in project.folder.glob("results/others/**/*.npy")}
    assert kept == before


def test_labels_of_another_length(project):
    np.save(project.folder / "data/labels.npy", np.zeros(59, np.int64))
    sentence = refused(project)
    assert "data/labels.npy" in sentence
    assert "59" in sentence and "60" in sentence


def test_an_empty_folder_and_an_image_that_does_not_decode(project):
    folder = project.folder / "data/pictures"
    folder.mkdir()
    experiment = project.experiment
    experiment["datasets"] = {"mine": {"source": "folder", "path": "data/pictures", "size": 16}}
    project.experiment = experiment
    assert "data/pictures" in refused(project)
    for i in range(30):
        (folder / f"{i}.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    sentence = refused(project)
    assert "30 of 30 images of data/pictures cannot be read" in sentence and "0.png" in sentence


def test_images_of_another_size_than_the_models_were_trained_on(project):
    np.save(project.folder / "data/others.npy", np.zeros((40, 20, 20, 3), np.uint8))
    sentence = refused(project, "--cores", "1")  # two jobs at a time would both say so
    assert "20 x 20" in sentence and "16 x 16" in sentence


def test_a_failed_job_keeps_the_traceback_in_its_log(project):
    change(
        project,
        "reductions",
        "kpca6-pca",
        method="sklearn.decomposition.PCA",
        params={"svd_solver": "nonsense"},
    )
    finished = project.run("--cores", "1", "results/shapes/baseline/seed0/kpca6-pca/embedding.npy")
    text = finished.stdout + finished.stderr
    assert finished.returncode == 1
    assert "Error: method sklearn.decomposition.PCA refuses" in text and "Traceback" not in text
    log = project.folder / "results/logs/shapes/baseline/seed0/kpca6-pca/reduce.log"
    assert "Traceback" in log.read_text()
