"""The benchmark: what it makes of the records of runs, and the plain way on a few images."""

import copy
import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aecluster.errors import InputError
from aecluster.experiment.schema import complete_experiment
from bench import ROOT, plain
from bench.experiment import (
    SCHEMA_FILE,
    check_n_images,
    read_experiment,
    read_labels,
    write_images,
)
from bench.figure import bench_figure
from bench.intervals import AROUND, computing, core_seconds, stages
from bench.quality import agreement, quality
from bench.sides import METHOD_RULE, STAGE_OF_RULE
from bench.table import core_table, quality_table, stage_table, targets
from bench.text import page
from bench.watch import Watched, watch
from bench.work import Work, flop_an_image, least_work

LIMITS = {"gflops_one": 50, "gflops_all": 100, "gigabytes_one": 10, "gigabytes_all": 20}
_TSNE = Work(10, "GB", "affinities")
WORK = {
    "plain": {"train": Work(300, "GFLOP", "passes"), "tsne": _TSNE},
    "workflow": {"train": Work(200, "GFLOP", "passes"), "tsne": _TSNE},
}
TINY = {
    "datasets": {"photos": {"source": "folder", "path": "images"}},
    "models": {
        "baseline": {"architecture": "baseline", "latent_dim": 16, "epochs": 2, "batch_size": 32}
    },
    "reductions": {
        "kpca4": {"method": "kernel_pca", "dim": 4},
        "kpca4-tsne": {"method": "tsne", "dim": 2, "after": "kpca4"},
    },
    "clusterings": {"kmeans": {"method": "minibatch_kmeans", "n_clusters": 2}},
}


def record(side, train, tsne, whole, mse=0.03, trust=0.98, accuracy=0.8):
    """What one run of one side says."""
    seconds = {"train": train, "tsne": tsne, "cluster": 0.5, AROUND: whole - train - tsne - 0.5}
    rows = [
        {"stage": "train", "cell": "m", "measure": "reconstruction MSE", "value": mse},
        {"stage": "tsne", "cell": "m, r", "measure": "trustworthiness", "value": trust},
        {
            "stage": "cluster",
            "cell": "m, r",
            "measure": "accuracy",
            "value": accuracy,
            "chance": 0.5,
        },
    ]
    return {
        "side": side,
        "precision": ["float32"],
        "cores": 2,
        "seconds": whole,
        "cpu_seconds": 2 * whole,
        "computing": 1.9 * whole,
        "peak_mb": 500,
        "stages": {
            name: {"seconds": value, "cpu_seconds": value, "peak_mb": 300}
            for name, value in seconds.items()
        },
        "core_seconds": {"computing": 1.9 * whole, "imports": 0.06, "idle": 0.0, "snakemake": 0.04},
        "page_seconds": 7,
        "quality": rows,
    }


@pytest.fixture
def pairs():
    """Three runs; the median whole of the plain way is 100 s, of the workflow 10 s."""
    return [
        {
            "plain": record("plain", 40, 50, whole),
            "workflow": record("workflow", train, 4, 4 + train + 1),
            "agreement": {"m, r": 0.9},
        }
        for whole, train in ((100, 5), (300, 4), (95, 50))
    ]


def test_table_of_medians_and_ratios(pairs):
    table = stage_table(pairs, LIMITS, WORK).set_index("stage")
    assert list(table.index) == ["train", "tsne", "cluster", AROUND, "whole"]
    assert table.loc["whole", ["plain_seconds", "plain_least", "plain_most"]].tolist() == [
        100,
        95,
        300,
    ]
    assert table.loc["whole", "times_faster"] == 100 / 10
    assert table.loc["train", "times_faster"] == 40 / 5
    assert table.loc["train", ["plain_rate", "workflow_rate"]].tolist() == [300 / 40, 200 / 5]
    assert table.loc["train", "workflow_of_limit"] == 200 / 5 / 100
    assert table.loc["tsne", "plain_of_limit"] == 10 / 50 / 20
    assert table.loc["train", "plain_quality"] == 0.03


def test_targets_are_met_and_missed(pairs):
    def met(changed):
        return {what: yes for what, _, yes in targets(changed, stage_table(changed, LIMITS, WORK))}

    assert all(met(pairs).values())
    slow, worse, starting = (copy.deepcopy(pairs) for _ in range(3))
    for pair in slow:
        pair["workflow"] = record("workflow", 20, 51, 72)
    assert [what for what, yes in met(slow).items() if not yes] == [
        "at least 4 times faster",
        "no stage slower",
    ]
    for measure, value in {"mse": 0.031, "trust": 0.97, "accuracy": 0.77}.items():
        for pair in worse:
            pair["workflow"] = record("workflow", 5, 4, 10, **{measure: value})
        assert [what for what, yes in met(worse).items() if not yes] == ["no worse quality"]
    for pair in starting:
        pair["workflow"]["computing"] *= 0.94
    missed = [what for what, yes in met(starting).items() if not yes]
    assert missed == ["overhead under 10 % of the CPU time"]


def test_page_and_figure_say_what_the_table_says(pairs):
    table = stage_table(pairs, LIMITS, WORK)
    about = {
        "n_images": 9000,
        "shape": "32 x 32 x 3",
        "machine": "M",
        "cores": 2,
        "versions": "V 1",
        "load": 0.1,
    }
    text = page(about, table, pairs, LIMITS, WORK)
    assert "| **whole** | 100.0 (95.0 to 300.0) | 10.0 (9.0 to 55.0) | 10.00 |" in text
    assert "| cluster | m, r | accuracy | 0.8000 | 0.8000 | 0.500 | 0.900 |" in text
    assert "| train | 300 / 200 GFLOP | passes |" in text
    assert "| t-SNE | 10 GB | affinities |" in text
    assert "takes 7 s more" in text
    assert "had other work" not in text
    assert "| train (float32) |" in text
    for pair in pairs[1:]:
        pair["workflow"]["precision"] = ["bfloat16", "float32"]
    text = page(about, stage_table(pairs, LIMITS, WORK), pairs, LIMITS, WORK)
    assert "| train (float32 / bfloat16 and float32) |" in text
    busy = page({**about, "load": 3.0}, table, pairs, LIMITS, WORK)
    assert "had other work** (a load of 3.0" in busy
    left = bench_figure(table, "a title").axes[0]
    assert [label.get_text() for label in left.get_yticklabels()][-1] == "whole"
    assert "10" in [text.get_text() for text in left.texts]


def test_every_moment_counts_once():
    def interval(stage, began, ended, imports=0.0, peak_mb=10):
        times = {"began": began, "ended": ended, "imports": imports, "cpu_seconds": 1}
        return {"stage": stage, **times, "threads": 1, "peak_mb": peak_mb}

    # Of 10 s: 1 s nothing, 3 s train alone, 2 s train and latents, 1 s latents, 3 s nothing.
    jobs = [
        interval("train", 1, 4, imports=1, peak_mb=60),
        interval("train", 4, 6),
        interval("latents", 4, 7),
    ]
    table = stages(jobs, Watched(0, 10, 5, []))
    seconds = {name: row["seconds"] for name, row in table.items()}
    assert seconds == {"train": 4, "latents": 2, AROUND: 4}
    assert table["train"]["peak_mb"] == 60
    assert table[AROUND]["cpu_seconds"] == 2
    assert computing(jobs) == 2  # of the first job's one second, all went into imports
    assert core_seconds(jobs, 0, 10, cores=2) == {
        "computing": 7,
        "imports": 1,
        "idle": 4,
        "snakemake": 8,
    }


def test_the_plain_way_on_a_few_images(tmp_path):
    experiment = complete_experiment(TINY, SCHEMA_FILE)
    write_images(tmp_path / "images", 120)
    labels = read_labels(tmp_path / "images")
    assert sorted(set(labels)) == [0, 1]
    done = plain.run(experiment, tmp_path / "images", tmp_path / "results", seed=3)
    assert [step["stage"] for step in done] == [
        "images",
        "train",
        "latents",
        "kernel_pca",
        "tsne",
        "cluster",
        "cluster",
    ]
    assert all(step["ended"] >= step["began"] for step in done)
    images = plain.read_images(tmp_path / "images")
    rows = quality(tmp_path / "results", experiment, 3, images, labels)
    found = {(row["stage"], row["cell"]): row["value"] for row in rows}
    assert 0 < found["train", "baseline"] < 1
    assert found["kernel_pca", "baseline, kpca4"] > 0.6
    assert 0.5 <= found["cluster", "baseline, kpca4-tsne"] <= 1
    same = agreement([tmp_path / "results"] * 2, experiment, 3)
    assert same == {"baseline, kpca4": 1, "baseline, kpca4-tsne": 1}
    assert len(quality_table(_pairs_of(rows, same))) == len(rows)


def _pairs_of(rows, same):
    side = {"quality": rows, "stages": {}}
    return [{"plain": side, "workflow": side, "agreement": same}]


def test_images_are_those_of_the_workflow(tmp_path):
    """Both sides read the files in the same order, so that image i is image i."""
    from aecluster.sources.folder import load

    write_images(tmp_path / "images", 40)
    source = load(path=tmp_path / "images")
    assert np.array_equal(source.read(np.arange(40), None), plain.read_images(tmp_path / "images"))
    assert np.array_equal(source.labels, read_labels(tmp_path / "images"))
    first = next((tmp_path / "images").rglob("*.png"))
    assert Image.open(first).size == (32, 32)


def test_the_probe_tells_how_long_a_job_imported(tmp_path):
    job = (
        "from types import SimpleNamespace as N; import time; "
        "snakemake = N(rule='train_model', wildcards={'model': 'm'}, params={}, threads=1); "
        "import slow; time.sleep(0.1)"
    )
    (tmp_path / "slow.py").write_text("import time; time.sleep(0.3)")
    (tmp_path / "told").mkdir()
    watched = watch(
        [sys.executable, "-c", job],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT}/bench/probe:{tmp_path}", "AECLUSTER_BENCH": "told"},
    )
    (file,) = (tmp_path / "told").iterdir()
    told = json.loads(file.read_text())
    assert told["rule"] == "train_model" and told["wildcards"] == {"model": "m"}
    assert 0.3 <= told["imports"] <= told["ended"] - told["began"] - 0.1
    assert watched.began - 0.05 < told["began"] < told["ended"] < watched.ended + 0.05
    assert watched.peak_mb() > 1


def test_a_job_of_the_warm_process_is_told_by_itself_and_what_it_took_counts(tmp_path):
    job = """
from types import SimpleNamespace as N; import time
snakemake = N(rule='train_model', wildcards={}, params={}, threads=1)
import of_the_project
end = time.process_time() + 1
while time.process_time() < end: pass
"""
    (tmp_path / "job.py").write_text(job)
    (tmp_path / "slow.py").write_text("import time; time.sleep(3)")
    (tmp_path / "of_the_project.py").write_text("")
    (tmp_path / "told").mkdir()
    program = (
        "import os; from aecluster.jobs.warm import WarmProcess; "
        "warm = WarmProcess(os.environ); warm.start('job.py', ['slow']).wait(); os._exit(0)"
    )
    path = [f"{ROOT}/bench/probe", f"{ROOT}/workflow/scripts", str(tmp_path)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(path), "AECLUSTER_BENCH": "told"}
    watched = watch([sys.executable, "-c", program], cwd=tmp_path, env=env)
    (file,) = (tmp_path / "told").iterdir()
    told = json.loads(file.read_text())
    assert watched.began + 3 < told["began"] < told["ended"] - 1
    assert told["imports"] < 2 and told["cpu_seconds"] >= 1
    assert watched.cpu_seconds > told["cpu_seconds"], "the job is none of its own children"


def test_a_process_that_outlives_those_that_started_it_counts(tmp_path):
    program = """
import os, time
if os.fork():
    time.sleep(1)  # so that all are seen
    os._exit(0)
if os.fork():
    time.sleep(1.3)
    os._exit(0)
while time.process_time() < 1.6: pass
"""
    watched = watch([sys.executable, "-c", program], cwd=tmp_path)
    assert watched.cpu_seconds > 1.5, "the last process is lost"


def test_a_command_that_fails_is_said(tmp_path):
    with pytest.raises(InputError, match="ended with an error"):
        watch([sys.executable, "-c", "raise SystemExit(3)"], cwd=tmp_path)


def test_stages_are_rules_of_the_workflow():
    files = Path(ROOT, "workflow/rules").glob("*.smk")
    rules = set(
        re.findall(r"^ *rule (\w+):", "\n".join(f.read_text() for f in files), re.MULTILINE)
    )
    assert {*STAGE_OF_RULE, METHOD_RULE} <= rules


def test_experiment_and_its_least_work():
    experiment = read_experiment()
    with pytest.raises(InputError, match="--images is 400, but the benchmark takes 401 to"):
        check_n_images(400, experiment)
    check_n_images(9000, experiment)
    work = least_work(experiment, (9000, 32, 32, 3))
    plain_work = least_work(experiment, (9000, 32, 32, 3), plain.EPOCHS)
    assert plain_work["train"].amount > work["train"].amount
    assert plain_work["tsne"] == work["tsne"]
    encoding, step = flop_an_image(experiment["models"]["baseline"], (3, 32, 32))
    # Convolutions of 4 x 4 and 2 x 2 without overlap, then 1 x 1: two FLOP a weight and place.
    assert encoding == 2 * (64 * 48 * 32 + 16 * 128 * 64 + 16 * 64 * 32)
    assert 4 * encoding < step < 6 * encoding


def test_core_time_is_a_part_of_all(pairs):
    assert core_table(pairs)["part"].sum() == pytest.approx(1)
