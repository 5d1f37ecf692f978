"""A source of one's own: what it must say of itself, and what follows from that."""

import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import REPOSITORY, new_project

from aecluster.commands import show
from aecluster.errors import InputError
from aecluster.experiment.needs import reading_threads
from aecluster.methods import short_names
from aecluster.sources import find

SOUNDS = '''"""Sounds as images of 16 x 16, each with the name of its file."""

import numpy as np

from aecluster.sources.array_source import ArraySource
from aecluster.sources.source import About


def files(*, path):
    return {"images": [path], "labels": []}


def count(*, path):
    return 30


def load(*, path):
    values = np.random.default_rng(0).integers(0, 256, (30, 16, 16), dtype=np.uint8)
    source = ArraySource(values, path, About(path))
    source.names = [f"{k}.wav" for k in range(30)]
    return source
'''


def test_names_of_files_alone_make_no_pictures(tmp_path):
    project = new_project(tmp_path / "project")
    (project.folder / "workflow/scripts/aecluster/sources/sounds.py").write_text(SOUNDS)
    (project.folder / "sounds").mkdir()
    project.experiment = {
        "seeds": [0],
        "datasets": {"d": {"source": "sounds", "path": "sounds"}},
        "models": {"small": {"architecture": "baseline", "latent_dim": 4, "epochs": 1}},
        "reductions": {"pca2": {"method": "pca", "dim": 2}},
        "clusterings": {"kmeans": {"method": "minibatch_kmeans", "n_clusters": 2}},
    }
    results = project.folder / "results/d"
    finished = project.run("--cores", "2", "groups", "results/d/plots/page.json.gz")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert pq.read_table(results / "images.parquet")["file"][3].as_py() == "3.wav"
    assert json.loads((results / "files.json").read_text())[3] == "3.wav"
    groups = list((results / "groups").glob("*/*"))
    assert len(groups) == 30
    assert all(path.suffix == ".png" and not path.is_symlink() for path in groups)


def test_pictures_are_declared_by_the_source():
    data = {"path": "photos"}
    assert [name for name in short_names("sources") if find.pictures({"source": name, **data})] == [
        "folder"
    ]
    assert find.pictures({"source": "folder", **data}) == "photos"
    home = {"source": "folder", "path": "~/photos"}
    assert find.pictures(home) == str(Path.home() / "photos")
    assert find.pictures({**home, "path": "~no-such-user/x"}) == "~no-such-user/x"
    assert find.pictures({}) is find.pictures({"source": "nowhere", **data}) is None
    assert find.pictures({"source": 3, **data}) is None
    assert (
        reading_threads({"source": "folder", **data})
        > 1
        == reading_threads({"source": "npz", **data})
    )


def test_the_page_reaches_pictures_alone(tmp_path):
    file = tmp_path / "experiment.yaml"
    file.write_text(
        "datasets: {a: {source: folder, path: photos}, b: {source: npz, path: b.npz}, c: null, "
        "d: {source: folder}, e: {source: nowhere, path: photos}}"
    )
    assert show._folders([file]) == {"a": REPOSITORY / "photos"}


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A function that makes a source of some code; it returns a data set of that source."""
    package = tmp_path / "aecluster" / "sources"
    package.mkdir(parents=True)
    # Signatures are read from files that are found by sys.path, modules imported by the package.
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(find.importlib.import_module("aecluster.sources"), "__path__",
                        [os.fspath(package)])  # fmt: skip

    def made(code: str) -> dict:
        name = f"made{abs(hash(code))}"
        (package / f"{name}.py").write_text(code)
        keys = {"images": None, "labels": None, "path": None, "params": {}, "limit": None}
        return {"source": name, **keys, "size": None, "balance": None}

    return made


def test_a_source_without_files_needs_no_function_for_them(source):
    data = source("def load(*, n=3): ...\n\ndef count(*, n=3):\n    return n\n")
    assert find.source_files(data, "images") == find.source_files(data, "labels") == []
    assert find.shape(data) == (None, None, None)
    assert find.n_images(data) == 3


@pytest.mark.parametrize(
    ("code", "ask", "missing"),
    [
        ("def load(*, path): ...", lambda data: find.source_files(data, "images"), "files"),
        ("def load(): ...", find.n_images, "count"),
    ],
)
def test_what_a_source_does_not_tell_is_said_in_a_sentence(source, code, ask, missing):
    data = source(code)
    with pytest.raises(InputError) as error:
        ask(data)
    assert str(error.value) == (
        f"the source {data['source']} must tell `{missing}` of its images, but "
        f"sources/{data['source']}.py has no such function; add it (see docs/extending.md)."
    )
