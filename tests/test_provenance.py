"""provenance.json: enough to say why two results differ, and no reason to run anything again."""

import json
import time
from datetime import datetime

import pytest
from conftest import REPOSITORY, Project

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_json, save_json
from aecluster.jobs.checksums import sha256
from aecluster.jobs.provenance import differences, load_provenance, provenance


def of(project, folder):
    return load_json(project.folder / "results" / folder / "provenance.json")


def test_a_model_says_where_it_comes_from(finished_project):
    origin = of(finished_project, "shapes/deeper/seed1")
    settings = origin["settings"]
    assert settings["params"] == {"width": 8} and settings["optimizer"] == "adamw"
    assert (origin["seed"], origin["threads"]) == (1, 1)
    assert (origin["device"], origin["precision"]) == ("cpu", "float32")
    read = [f"results/shapes/{file}" for file in ("images.npy", "equal.npy")]
    assert origin["inputs"] == {file: sha256(finished_project.folder / file) for file in read}
    assert len(origin["code"]) == 16
    assert origin["packages"].keys() >= {"Python", "torch", "numpy", "scikit-learn"}
    assert all(origin["machine"].values())
    assert datetime.fromisoformat(origin["started"]).timestamp() < time.time()
    assert origin["seconds"] > 0


def test_scores_say_where_they_come_from(finished_project):
    origin = of(finished_project, "others")
    assert origin["settings"]["dataset"]["trained_on"] == "shapes"
    assert origin["settings"]["seeds"] == [0, 1]
    assert origin["settings"]["reductions"]["kpca6-pca"]["after"] == "kpca6"
    for path, checksum in origin["inputs"].items():
        assert checksum == sha256(finished_project.folder / path), path
    assert "results/others/deeper/seed1/kpca6/kmeans/clusters.csv" in origin["inputs"]


def test_what_two_models_differ_in(finished_project):
    run, other_seed, other_model = (
        of(finished_project, f"shapes/{run}")
        for run in ("baseline/seed0", "baseline/seed1", "deeper/seed0")
    )
    assert differences(run, run) == []
    assert differences(run, other_seed) == ["seed: 0 | 1"]
    assert [line.split(":")[0] for line in differences(run, other_model)] == [
        "code", "settings.architecture", "settings.epochs", "settings.params",
        "settings.params.width",
    ]  # fmt: skip


def test_provenance_alone_makes_nothing_run(project):
    for file in sorted((project.folder / "results").rglob("provenance.json"))[::2]:
        file.unlink()
    save_json(project.folder / "results/shapes/provenance.json", {"seconds": 0})
    assert project.planned() == set()


@pytest.fixture
def origins(tmp_path):
    """Two files that differ in one setting, in a key, and in times."""
    common = {"code": "abc", "inputs": [], "started": time.time()}
    one = provenance(settings={"epochs": 1, "loss": "mse"}, seed=0, **common)
    other = provenance(settings={"epochs": 2, "loss": "mse"}, **common)
    for name, content in (("one", one), ("other", {**other, "seconds": 99.0})):
        save_json(tmp_path / f"{name}.json", content)
    return tmp_path


def compared(*files):
    return Project(REPOSITORY).aecluster("diff", *files)


def test_the_command_says_the_difference(origins):
    finished = compared(origins / "one.json", origins / "other.json")
    assert finished.stdout.splitlines() == ["seed: 0 | none", "settings.epochs: 1 | 2"]
    finished = compared(origins / "one.json", origins / "one.json")
    assert finished.stdout == "The same settings, code, inputs and machine.\n"


def test_the_command_refuses_in_a_sentence(origins):
    said = compared(origins / "one.json").stderr
    assert said.startswith("Error: the following arguments are required: OTHER; see `aecluster")
    missing = compared(origins / "one.json", origins / "missing.json")
    assert missing.returncode == 1 and "missing.json" in missing.stderr
    (origins / "one.json").write_text(json.dumps({"seconds": 1}))
    damaged = compared(origins / "one.json", origins / "other.json")
    assert "one.json was damaged or changed" in damaged.stderr


@pytest.mark.parametrize("content", [b"[1]", b"no JSON", b"\x93NUMPY"])
def test_another_file_is_no_provenance(tmp_path, content):
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.json is no provenance\.json; name one"):
        load_provenance(tmp_path / "x.json")
