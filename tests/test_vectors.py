"""Vectors that somebody has already, as a data set."""

import numpy as np
import pandas as pd
import pytest
from conftest import REPOSITORY, new_project

from aecluster.encoders.vectors import Encoder
from aecluster.errors import InputError
from aecluster.experiment.checks import check_experiment
from aecluster.experiment.schema import complete_experiment
from aecluster.jobs.artifacts import load_array
from aecluster.sources import vectors

RNG = np.random.default_rng(0)
GROUPS = np.repeat([0, 1, 2], 20)
VECTORS = (RNG.normal(size=(60, 12)) + 6 * np.eye(12)[GROUPS]).astype(np.float32)


@pytest.fixture
def files(tmp_path):
    np.save(tmp_path / "v.npy", VECTORS)
    np.save(tmp_path / "l.npy", GROUPS)
    names = pd.Series(["one", "two", "three"])[GROUPS].to_numpy()
    lists = pd.DataFrame({"id": range(60), "embedding": list(VECTORS), "kind": names})
    lists.to_parquet(tmp_path / "lists.parquet")
    wide = pd.DataFrame(VECTORS, columns=[f"f{i}" for i in range(12)]).assign(id=range(60))
    wide.assign(kind=names).to_parquet(tmp_path / "wide.parquet")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "given"),
    [
        ("v.npy", {}),
        ("lists.parquet", {}),
        ("lists.parquet", {"column": "embedding", "labels": "kind"}),
        ("wide.parquet", {"labels": "kind"}),
    ],
)
def test_the_rows_of_a_file_are_the_vectors(files, file, given):
    source = vectors.load(path=files / file, **given)
    assert vectors.count(path=files / file, **given) == 60 == source.n_images
    assert np.array_equal(Encoder(source).take(np.array([3, 50])), VECTORS[[3, 50]])
    if given.get("labels"):
        assert [source.class_names[i] for i in source.labels[[0, 20, 40]]] == [
            "one", "two", "three",
        ]  # fmt: skip
    pictures = source.read(np.arange(60), None)
    assert pictures.shape == (60, 8, 8, 1)
    brightest = pictures.reshape(60, -1)[:, :3].argmax(1)
    assert (brightest == GROUPS).mean() > 0.9
    assert np.array_equal(source.read(np.array([7]), None)[0], pictures[7])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (np.zeros((5, 2, 2)), r"vectors need \(N, D\), one a row"),
        (np.array([[1.0, np.nan], [0, 1]]), r"not finite \(row 0\)"),
        (np.array([["a", "b"]]), "vectors need numbers of shape"),
    ],
)
def test_what_are_no_vectors_is_refused(tmp_path, content, sentence):
    np.save(tmp_path / "v.npy", content)
    with pytest.raises(InputError, match=sentence):
        vectors.count(path=tmp_path / "v.npy")
        vectors.load(path=tmp_path / "v.npy")


def test_files_that_are_something_else(files):
    (files / "bad.parquet").write_bytes(b"PAR1 nothing")
    (files / "v.csv").write_text("1,2")
    for file, given, sentence in [
        ("bad.parquet", {}, "is not a Parquet file"),
        ("v.csv", {}, "give an .npy or a .parquet"),
        ("wide.parquet", {"column": "f99"}, "has no column f99; it has f0"),
        ("wide.parquet", {"column": "f1"}, "holds no lists of one length"),
    ]:
        with pytest.raises(InputError, match=sentence):
            vectors.load(path=files / file, **given)


def test_vectors_are_not_encoded_and_images_are_no_vectors(files):
    schema = REPOSITORY / "workflow/schemas/config.schema.yaml"
    given = {"source": "vectors", "path": str(files / "v.npy")}
    for source, architecture, sentence in [
        (given, "baseline", "has vectors, which no model encodes"),
        ({"source": "digits"}, "vectors", "has images, and architecture vectors takes"),
    ]:
        config = {"datasets": {"d": source}, "models": {"m": {"architecture": architecture}}}
        with pytest.raises(InputError, match=sentence):
            check_experiment(complete_experiment(config, schema))


@pytest.mark.parametrize(
    ("known", "new", "sentence"),
    [
        ("digits", "vectors", "which has vectors, but the data set d has images; give new images"),
        ("vectors", "digits", "which has images, but the data set d has vectors; give new vectors"),
    ],
)
def test_new_images_are_of_the_kind_of_those_that_are_known(files, known, new, sentence):
    sources = {
        "vectors": {"source": "vectors", "path": str(files / "v.npy")},
        "digits": {"source": "digits"},
    }
    model = {"architecture": "vectors" if known == "vectors" else "baseline"}
    config = {"datasets": {"d": sources[known]}, "models": {"m": model}}
    config["assign"] = {"n": sources[new]}
    schema = REPOSITORY / "workflow/schemas/config.schema.yaml"
    with pytest.raises(InputError, match=sentence):
        check_experiment(complete_experiment(config, schema))


def test_vectors_go_through_the_workflow_and_new_ones_are_placed(files):
    project = new_project(files / "project")
    np.save(project.folder / "new.npy", VECTORS[::4] + 0.01)
    project.experiment = {
        "seeds": [0, 1],
        "datasets": {
            "mine": {
                "source": "vectors",
                "path": str(files / "v.npy"),
                "labels": str(files / "l.npy"),
            }
        },
        "models": {"given": {"architecture": "vectors"}},
        "reductions": {"pca5": {"method": "pca", "dim": 5}},
        "clusterings": {"kmeans": {"method": "kmeans", "n_clusters": 3}},
        "assign": {"later": {"source": "vectors", "path": "new.npy"}},
        "show": {"math": False},
    }
    finished = project.run("--cores", "2")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    folder = project.folder / "results/mine"
    assert np.array_equal(load_array(folder / "given/seed1/latents.npy"), VECTORS)
    scores = pd.read_csv(folder / "scores.csv")
    assert (scores["accuracy"] == 1).all() and scores["reconstruction_mse"].isna().all()
    placed = pd.read_csv(folder / "assigned/later/clusters.csv", encoding="utf-8-sig")
    consensus = pd.read_csv(folder / "consensus/clusters.csv")
    assert (placed["label"].to_numpy() == consensus["label"].to_numpy()[::4]).all()
    page = (project.folder / "results/report.html").read_text()
    assert "econstruction" not in (folder / "summary.md").read_text()
    assert "learning-curves" not in page
    assert not project.planned()
