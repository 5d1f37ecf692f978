"""Time the workflow against the plain way: python -m bench [--runs 3] [--precision float32].

Both sides run from images in files to the clusters of every cell, in turns, as whole processes.
What a run measured is kept in results/bench/runs; table and figure are drawn again after each.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_json, save_table, save_text
from aecluster.jobs.machine import cores, processor
from aecluster.jobs.versions import versions
from bench import ROOT, plain
from bench.experiment import (
    check_n_images,
    read_config,
    read_experiment,
    read_labels,
    write_images,
)
from bench.program import say, start
from bench.quality import agreement, quality
from bench.sides import results_of, run_plain, run_workflow
from bench.table import SIDES, quality_table, stage_table
from bench.work import least_work

OUT = Path("results/bench")


def main(arguments: argparse.Namespace) -> None:
    """Run, and write results/bench."""
    experiment = read_experiment(arguments.precision)
    check_n_images(arguments.images, experiment)
    if arguments.runs < 1:
        raise InputError(f"--runs is {arguments.runs}, but is at least 1.")
    for old in (*OUT.glob("bench.*"), OUT / "quality.csv"):  # what is of the peers stays
        old.unlink(missing_ok=True)
    shutil.rmtree(OUT / "runs", ignore_errors=True)
    (OUT / "runs").mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="aecluster-bench-") as folder:
        measure(experiment, arguments, Path(folder))
    say("\n" + (OUT / "bench.md").read_text(encoding="utf-8"))
    say(f"Look at {OUT}/bench.md, bench.csv, quality.csv, bench.png")


def measure(experiment: dict, arguments: argparse.Namespace, folder: Path) -> None:
    """Run both sides in turns; write the tables after each pair."""
    load = os.getloadavg()[0]  # before there is any of its own
    images = folder / "images"
    say(f"Writing {arguments.images:,} images to read")
    write_images(images, arguments.images)
    labels = read_labels(images)
    config, pairs, limits = read_config(arguments.precision), [], {}
    for run in range(arguments.runs):
        say(f"Run {run + 1} of {arguments.runs}: limits of the machine")
        limits = _greater(limits, _limits())
        save_json(OUT / "runs/limits.json", limits)
        pair = {}
        # The side that goes first changes, so that neither always finds the warmer machine.
        for side in SIDES if run % 2 == 0 else reversed(SIDES):
            say(f"Run {run + 1} of {arguments.runs}: {side}")
            home = folder / f"{side}{run}"
            if side == "plain":
                pair[side] = run_plain(experiment, images, home, run, cores())
            else:
                log = (OUT / f"runs/workflow{run}.log").absolute()
                pair[side] = run_workflow(config, images, home, run, cores(), log, say)
            say(f"  {side}: {pair[side]['seconds']:.1f} s in all")
            save_json(OUT / f"runs/run{run}.json", pair)
        say(f"Run {run + 1} of {arguments.runs}: quality")
        _judge(pair, experiment, folder, run, labels)
        save_json(OUT / f"runs/run{run}.json", pair)
        pairs.append(pair)
        _write(experiment, pairs, limits, load)


def _judge(pair: dict, experiment: dict, folder: Path, run: int, labels: np.ndarray) -> None:
    """Add the quality of both sides to a pair of records; remove what the sides left behind."""
    homes = {side: results_of(side, folder / f"{side}{run}") for side in SIDES}
    images = np.load(homes["workflow"] / "images.npy")
    pair["shape"] = images.shape
    for side in SIDES:
        pair[side]["quality"] = quality(homes[side], experiment, run, images, labels)
    pair["agreement"] = agreement(list(homes.values()), experiment, run)
    for side in SIDES:
        shutil.rmtree(folder / f"{side}{run}")


def _write(experiment: dict, pairs: list[dict], limits: dict, load: float) -> None:
    from aecluster.figures.style import save
    from bench.figure import bench_figure
    from bench.text import page

    shape = pairs[0]["shape"]
    work = {
        "plain": least_work(experiment, shape, plain.EPOCHS),
        "workflow": least_work(experiment, shape),
    }
    stages = stage_table(pairs, limits, work)
    found = versions(("torch", "scikit-learn", "openTSNE", "numpy", "snakemake"))
    about = {
        "n_images": shape[0],
        "shape": " x ".join(map(str, shape[1:])),
        "machine": processor(),
        "cores": pairs[0]["workflow"]["cores"],
        "load": load,
        "versions": ", ".join(f"{name} {version}" for name, version in found.items()),
    }
    save_table(OUT / "bench.csv", stages)
    save_table(OUT / "quality.csv", quality_table(pairs))
    save_text(OUT / "bench.md", page(about, stages, pairs, limits, work))
    times = f"{len(pairs)} runs" if len(pairs) > 1 else "one run"
    title = f"{shape[0]:,} images of {about['shape']}, {about['cores']} cores, {times}"
    save(bench_figure(stages, title), OUT / "bench.png", OUT / "bench.svg")


def _limits() -> dict[str, float]:
    told = subprocess.run(
        [sys.executable, "-m", "bench.limits"], cwd=ROOT, capture_output=True, check=True
    )
    return json.loads(told.stdout)


def _greater(limits: dict[str, float], others: dict[str, float]) -> dict[str, float]:
    return {name: max(value, limits.get(name, 0.0)) for name, value in others.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=3, help="of each side (3)")
    parser.add_argument("--images", type=int, default=7500, help="how many (7500)")
    parser.add_argument(
        "--precision",
        default="auto",
        choices=("auto", "float32", "bfloat16"),
        help="of the workflow's training; the plain way trains in float32 (auto)",
    )
    start(main, parser, OUT)
