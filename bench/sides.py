"""One run of one side: from nothing to the clusters of every cell, as a record of numbers.

A record holds
- side, run, cores, seconds, cpu_seconds, peak_mb: of the whole process and all its children;
- precision: what the models were trained in, as a list of names;
- stages: name -> seconds, cpu_seconds, peak_mb (see `stages`);
- core_seconds: where those of the workflow went (see `core_seconds`);
- computing: of the CPU seconds of the workflow those of computing (see `computing`);
- page_seconds: in the first run only, the time of the rest, from scores to the page.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from aecluster.jobs.artifacts import load_json, save_text
from bench import ROOT
from bench.experiment import DATASET
from bench.intervals import computing, core_seconds, stages
from bench.watch import Watched, watch

# Other rules make a stage of their own name.
STAGE_OF_RULE = {
    "read_images": "images",
    "train_model": "train",
    "encode_images": "latents",
    "cluster_embedding": "cluster",
    "cluster_together": "cluster",
}
METHOD_RULE = "reduce_features"  # a stage for each method
_COPIED = ("Snakefile", "profiles", "workflow", "envs", "config")


def run_plain(experiment: dict, images: Path, folder: Path, run: int, cores: int) -> dict:
    """Run the plain way; its results go to folder/results."""
    results = folder / "results"
    results.mkdir(parents=True)
    settings = folder / "experiment.json"
    settings.write_text(json.dumps(experiment))
    arguments = [str(part) for part in (settings, images, results, run)]
    command = [sys.executable, "-m", "bench.plain", *arguments]
    watched = watch(command, cwd=ROOT)
    steps = json.loads((results / "steps.json").read_text())
    for step in steps:
        step["peak_mb"] = watched.peak_mb(step["began"], step["ended"])
    return _record("plain", run, cores, watched, steps) | {"precision": ["float32"]}


def run_workflow(
    config: dict,
    images: Path,
    folder: Path,
    run: int,
    cores: int,
    log: Path,
    say: Callable[[str], None],
) -> dict:
    """Run the workflow in a copy of the repository; its results go to folder/results."""
    copy_repository(folder)
    save_text(folder / "experiment.yaml", yaml.safe_dump(config, sort_keys=False))
    (folder / "images").symlink_to(images)
    (folder / "jobs").mkdir()
    path = [str(ROOT / "bench/probe"), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(path),
        "AECLUSTER_BENCH": str(folder / "jobs"),
    }
    snakemake = [sys.executable, "-m", "snakemake"]
    options = ["--cores", str(cores), "--configfile", "experiment.yaml"]
    options += ["--config", f"seeds=[{run}]"]
    jobs: dict[str, dict] = {}

    def look() -> None:
        for file in sorted((folder / "jobs").glob("*.json"), key=lambda file: file.stat().st_mtime):
            if file.name not in jobs:
                jobs[file.name] = job = _job(json.loads(file.read_text()))
                say(f"  {job['stage']} ({job['what']}): {job['ended'] - job['began']:.1f} s")

    watched = watch([*snakemake, "cluster", *options], cwd=folder, env=env, log=log, look=look)
    record = _record("workflow", run, cores, watched, list(jobs.values()))
    record["precision"] = _precisions(results_of("workflow", folder))
    record["computing"] = computing(list(jobs.values()))
    record["core_seconds"] = core_seconds(list(jobs.values()), watched.began, watched.ended, cores)
    if run == 0:
        say("  scores, plots and page")
        page = watch([*snakemake, *options], cwd=folder, log=log.with_suffix(".page.log"))
        record["page_seconds"] = page.ended - page.began
    return record


def copy_repository(folder: Path) -> None:
    """Make a folder with what a run needs of the repository, compiled as far as this one is."""
    folder.mkdir(parents=True)
    unfinished = shutil.ignore_patterns("*.pyc.*", "*.tmp.*", "*.draft*")
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=unfinished)
        else:
            shutil.copy(ROOT / name, folder / name)


def results_of(side: str, folder: Path) -> Path:
    """Return the folder that holds {model}/seed{run} of a side."""
    return folder / "results" / (DATASET if side == "workflow" else "")


def _precisions(results: Path) -> list[str]:
    return sorted({load_json(file)["precision"] for file in results.glob("*/*/provenance.json")})


def _job(told: dict) -> dict:
    """What the probe tells of a job, as an interval."""
    stage = STAGE_OF_RULE.get(told["rule"], told["rule"])
    if told["rule"] == METHOD_RULE:
        stage = json.loads(told["settings"])["method"]
    names = [told["wildcards"].get(key) for key in ("model", "reduction")]
    return told | {"stage": stage, "what": ", ".join(filter(None, names)) or DATASET}


def _record(side: str, run: int, cores: int, watched: Watched, intervals: list[dict]) -> dict:
    return {
        "side": side,
        "run": run,
        "cores": cores,
        "seconds": watched.ended - watched.began,
        "cpu_seconds": watched.cpu_seconds,
        "peak_mb": watched.peak_mb(),
        "stages": stages(intervals, watched),
    }
