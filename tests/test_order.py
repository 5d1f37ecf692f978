"""The order of the file is that of tables and figures, and computes nothing anew.

The jobs are planned and run in this process (in_process.py).
"""

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from in_process import SCHEMA, planned_jobs, run_jobs
from test_page import unpacked

from aecluster.experiment.experiment import Experiment
from aecluster.experiment.schema import complete_experiment

SECTIONS = ("datasets", "models", "reductions", "clusterings")
CONFIG = {
    "seeds": [0, 1],
    "datasets": {name: {"source": "npy", "images": f"{name}.npy"} for name in ("z", "a")},
    "models": {
        name: {"architecture": "baseline", "latent_dim": 8, "epochs": 1, "loss": loss}
        for name, loss in (("wide", "mse"), ("narrow", "l1"))
    },
    "reductions": {
        "two": {"method": "pca", "dim": 2},
        "three": {"method": "pca", "dim": 3},
        "four": {"method": "pca", "dim": 2, "after": "three"},
    },
    "clusterings": {
        "means": {"method": "minibatch_kmeans", "n_clusters": 2},
        "later": {"method": "minibatch_kmeans", "n_clusters": 3},
        "early": {"method": "minibatch_kmeans", "n_clusters": 4, "on": ["two"]},
    },
    "assign": {"new": {"source": "npy", "images": "a.npy", "into": "z"}},
    "show": {"indices": [0, 1], "extremes": 1, "math": False, "n_clusters": True},
}
TARGETS = ("results/report.html", "assign")


def turned(config):
    return {
        key: dict(reversed(section.items())) if key in SECTIONS else section
        for key, section in reversed(config.items())
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("order")
    for name in CONFIG["datasets"]:
        np.save(folder / f"{name}.npy", rng.integers(0, 256, (60, 16, 16), dtype=np.uint8))
    return folder


@pytest.fixture
def inside(folder, monkeypatch):
    monkeypatch.chdir(folder)


def what_snakemake_compares(config):
    """Return what each job is given, as Snakemake compares it: sets of inputs and of params."""
    return {
        str(sorted(job.output)): ({*map(str, job.input)}, {*map(repr, job.params)})
        for _, job in planned_jobs(config, *TARGETS)
    }


@pytest.mark.parametrize("cells_alone", [200, 2])
def test_jobs_are_given_the_same_in_any_order(inside, monkeypatch, cells_alone):
    for most in ("CELLS_ALONE", "CELLS_A_JOB"):
        monkeypatch.setattr(f"aecluster.experiment.plan.{most}", cells_alone)
    assert what_snakemake_compares(CONFIG) == what_snakemake_compares(turned(CONFIG))


def test_what_is_picked_of_several_does_not_depend_on_their_order():
    umaps = {name: {"method": "umap", "dim": 3} for name in ("umap", "another-umap")}
    config = {**CONFIG, "reductions": {**CONFIG["reductions"], **umaps}}

    def picked(config):
        experiment = Experiment(complete_experiment(config, SCHEMA))
        return (
            experiment.latents_to_compare(),
            experiment.consensus_plane,
            experiment.grouped_reduction(),
            {name: experiment.mapped_groups(name) for name in config["reductions"]},
        )

    assert picked(config) == picked(turned(config))


def distinct(values):
    return list(dict.fromkeys(values))


def column(file, name):
    with file.open(newline="") as lines:
        return distinct(row[name] for row in csv.DictReader(lines))


def test_tables_and_the_page_follow_the_file(inside):
    small = {"seeds": [0], "show": {**CONFIG["show"], "n_clusters": False}}
    run_jobs(planned_jobs({**CONFIG, **small}, "results/report.html"))
    models, reductions, clusterings = (list(CONFIG[key]) for key in SECTIONS[1:])
    z = Path("results/z")
    for table in ("scores.csv", "summary.csv", "selection.csv"):
        # the consensus comes last
        assert column(z / table, "model")[: len(models)] == models, table
        assert column(z / table, "reduction")[: len(reductions)] == reductions, table
        assert column(z / table, "clustering")[: len(clusterings)] == clusterings, table
    for table in ("consensus/members.csv", "checkpoints.csv", "progress.csv"):
        assert column(z / table, "model") == models, table
    text = (z / "summary.md").read_text()
    assert re.findall(r"^## Silhouette of (\w+)", text, re.M) == clusterings
    assert "| reduction | dimension | wide | narrow |" in text
    page = Path("results/report.html").read_text()
    assert re.findall(r'<h2 id="data-(\w+)"', page) == list(CONFIG["datasets"])
    maps = [f"{model}, {plane}" for model in models for plane in ("two", "four")]
    assert re.findall(r'alt="Label map: (\w+, \w+)\.', page) == 2 * maps
    content, _ = unpacked((z / "plots/page.json.gz").read_bytes())
    planes = [", ".join(plane["title"].split(", ")[::-1]) for plane in content["planes"]]
    assert planes == maps
    assert [groups["title"] for groups in content["clusterings"]][:3] == [
        f"{clustering} of two, wide" for clustering in clusterings
    ]


def test_renaming_reductions_changes_no_number(inside):
    np.save("labels.npy", np.arange(60) % 2)
    labelled = {**CONFIG["datasets"]["z"], "labels": "labels.npy"}
    config = {**CONFIG, "datasets": {"labelled": labelled}, "assign": {}}
    names = {"two": "b", "three": "y", "four": "x"}
    renamed = {names[name]: dict(reduction) for name, reduction in CONFIG["reductions"].items()}
    renamed["x"]["after"] = "y"
    early = {**CONFIG["clusterings"]["early"], "on": ["b"]}
    clusterings = {**CONFIG["clusterings"], "early": early}
    again = {**config, "reductions": renamed, "clusterings": clusterings}

    tables = (
        *("scores", "evidence", "selection", "summary", "comparisons", "choices", "criteria"),
        *("consensus/members", "consensus/clusters", "consensus/runner_up"),
    )

    def numbers(config, *made):
        jobs = planned_jobs(config, "results/labelled/summary.md")
        run_jobs([(script, job) for script, job in jobs if script not in made])
        return {name: pd.read_csv(f"results/labelled/{name}.csv") for name in tables}

    words = {rf"\b{name}\b": other for name, other in names.items()}
    expected = numbers(config)
    made = ("read_images.py", "read_labels.py", "train.py", "encode.py", "reconstruction_errors.py")
    found = numbers(again, *made)
    assert expected["evidence"]["accuracy_low"].nunique() > 3
    assert expected["comparisons"]["p_holm"].nunique() > 3
    for name in tables:
        table = expected[name].replace(words, regex=True)
        pd.testing.assert_frame_equal(found[name], table, check_exact=True, obj=name)
