"""Time and peak memory of every stage against the number of images, with fitted exponents.

python -m bench.scaling [--sizes 1000 10000 100000] [--reductions pca50 kpca50 kpca50-tsne]

For each size the workflow runs in a folder of its own below results/scaling/, on patches of
photographs (`photo_patches` with `n_images`), from data to scores and figures. A run that was
interrupted goes on where it was; a size that was run is not run again. Wall times are those of
Snakemake's benchmark files; processor time and peak memory those that the system counted, from the
last line of each job's log. Writes scaling.csv, scaling.md and scaling.png beside the folders, of
all sizes that are there.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from aecluster.figures.style import save
from aecluster.jobs.artifacts import save_table, save_text
from aecluster.report.markdown import markdown_table
from aecluster.scoring.summary import read_scores
from bench import ROOT
from bench.scaling_figure import scaling_figure

FITTED_FROM = 10_000  # images: below, most of the time is the start of Python
REDUCTIONS = {
    "pca50": {"method": "pca", "dim": 50},
    "kpca50": {"method": "kernel_pca", "dim": 50},
    "kpca50-tsne": {"method": "tsne", "dim": 2, "after": "kpca50"},
}
TARGETS = ["score", "plots"]
# Jobs by the stem of their benchmark file; those of a reduction are stages of their own.
STAGES = {
    "images": "data",
    "labels": "data",
    "train": "train",
    "latents": "latents",
    "reconstruction-errors": "latents",
    "cluster": "cluster",
    "consensus": "consensus",
    "selection": "selection",
    "checkpoints": "selection",
    "score": "score",
    "evidence": "score",
    "summary": "score",
    "progress": "progress",
    "reconstructions": "figures",
}
ALL = "all jobs"
_COST = re.compile(r"([\d.]+) s of processor time, at most (\d+) MiB")


def experiment(n_images: int, epochs: int, latent_dim: int, reductions: list[str]) -> dict:
    """Return the experiment of one size: one model, one seed."""
    model = {"architecture": "baseline", "latent_dim": latent_dim, "epochs": epochs}
    return {
        "seeds": [0],
        "datasets": {"photos": {"source": "photo_patches", "params": {"n_images": n_images}}},
        "models": {"baseline": {**model, "batch_size": 128}},
        "reductions": {name: REDUCTIONS[name] for name in reductions},
        "clusterings": {"kmeans": {"method": "minibatch_kmeans", "n_clusters": 2}},
    }


def run(folder: Path, settings: dict, cores: int) -> None:
    """Run the workflow in a folder; end where it fails."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "experiment.yaml"
    file.write_text(yaml.safe_dump(settings, sort_keys=False))
    command = [sys.executable, "-m", "snakemake", *TARGETS, "--cores", str(cores)]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--configfile", str(file)]
    command += ["--workflow-profile", str(ROOT / "profiles/default")]
    if subprocess.run(command, cwd=folder).returncode:
        sys.exit(f"Error: the run in {folder} has stopped; the same command goes on from there.")


def stage_of(file: Path) -> str:
    """Return the stage of a benchmark file."""
    if "plots" in file.parts:
        return "figures"
    if file.stem == "reduce":
        return f"reduce {file.parent.name}"
    stem = file.stem.partition(".")[0]  # shards: latents.0, latents.1, ...
    return STAGES.get(stem, stem)


def measured(folder: Path) -> pd.DataFrame:
    """Return the cost of each stage, and of all jobs, of the runs below a folder.

    Columns n_images, stage, jobs, wall_seconds and cpu_seconds (sums over jobs), peak_memory_mib
    (the most of one job).
    """
    rows = []
    for run_folder in folder.glob("n*"):
        results = run_folder / "results"
        files = sorted((results / "benchmarks").rglob("*.tsv"))
        for file in files if (results / "photos/summary.md").exists() else []:
            log = results / "logs" / file.relative_to(results / "benchmarks").with_suffix(".log")
            cost = _COST.search(log.read_text(encoding="utf-8"))
            if cost is None:
                sys.exit(f"Error: {log} does not end with a cost; remove {run_folder}, run again.")
            wall = float(pd.read_csv(file, sep="\t")["s"][0])
            numbers = {"wall": wall, "cpu": float(cost[1]), "memory": float(cost[2])}
            n_images = int(run_folder.name[1:])
            for stage in (stage_of(file), ALL):
                rows.append({"n_images": n_images, "stage": stage, **numbers})
    if not rows:
        sys.exit(f"Error: no run in {folder} has come to its scores yet.")
    jobs = pd.DataFrame(rows).groupby(["n_images", "stage"], sort=True)
    return pd.DataFrame(
        {
            "jobs": jobs.size(),
            "wall_seconds": jobs["wall"].sum(),
            "cpu_seconds": jobs["cpu"].sum(),
            "peak_memory_mib": jobs["memory"].max(),
        }
    ).reset_index()


def exponents(table: pd.DataFrame, column: str, less_start: bool = False) -> dict[str, float]:
    """Return the exponent b of each stage: least squares of log(cost) = a + b log(N).

    Over the sizes from FITTED_FROM on; NaN with fewer than two of them. With `less_start` the cost
    of the smallest size, which is little but the start of Python, is taken from all others; NaN
    where no more than that is left.
    """
    found = {}
    start = table.loc[table.groupby("stage")["n_images"].idxmin()].set_index("stage")[column]
    large = table[table["n_images"] >= FITTED_FROM]
    if less_start:
        large = large.assign(**{column: large[column] - large["stage"].map(start)})
    for stage, rows in large.groupby("stage"):
        few = len(rows) < 2 or (rows[column] <= 0).any()
        if not few:
            logs = np.log(rows[["n_images", column]].to_numpy(float))
            found[stage] = float(np.polyfit(*logs.T, 1)[0])
    return {stage: found.get(stage, float("nan")) for stage in table["stage"].unique()}


def in_order(table: pd.DataFrame) -> list[str]:
    """Return the stages in the order in which they run, all jobs last."""
    first = ["data", "train", "latents", *(f"reduce {name}" for name in REDUCTIONS)]
    known = [*first, "cluster", "consensus", "selection", "score", "progress", "figures"]
    there = dict.fromkeys(table["stage"])
    others = [stage for stage in there if stage not in (*known, ALL)]
    return [stage for stage in (*known, *others, ALL) if stage in there]


def report(folder: Path, table: pd.DataFrame) -> str:
    """Return the tables as Markdown: seconds with the exponent, peak memory, approximations."""
    sizes = sorted(table["n_images"].unique())
    stages = in_order(table)
    by_stage = table.set_index(["stage", "n_images"])

    def rows(column: str, digits: int, fitted: bool = False):
        slopes = [exponents(table, column, less) for less in (False, True)] if fitted else []
        for stage in stages:
            cells = [by_stage[column].get((stage, n), np.nan) for n in sizes]
            shown = ["-" if pd.isna(value) else f"{value:,.{digits}f}" for value in cells]
            ends = ["-" if np.isnan(slope[stage]) else f"{slope[stage]:.2f}" for slope in slopes]
            yield [stage, *shown, *ends]

    header = ["stage", *(f"{n:,}" for n in sizes)]
    lines = ["# Time and memory against the number of images", "", "## Processor time (s)", ""]
    fitted = [*header, "exponent", "less the start"]
    lines += markdown_table(fitted, rows("cpu_seconds", 1, fitted=True))
    lines += [
        "",
        "Of the jobs of a stage together, start of Python included. Exponent: least squares of "
        f"log(seconds) on log(N) from {FITTED_FROM:,} images on; and the same with the seconds of "
        f"{sizes[0]:,} images, which are little but that start, taken from all others.",
        "",
        "## Wall time (s)",
        "",
        *markdown_table(fitted, rows("wall_seconds", 1, fitted=True)),
        "",
        "As if one job ran after the other; each has one thread. Waiting for the disk, and for "
        "whatever else the machine does, is in it.",
        "",
        "## Peak memory of one job (MiB)",
        "",
        *markdown_table(header, rows("peak_memory_mib", 0)),
        "",
        "Resident memory, pages of memory-mapped files included, which the system takes back where "
        "it needs them.",
        "",
        "## What was run",
        "",
    ]
    for n in sizes:
        run_folder = folder / f"n{n}"
        settings = yaml.safe_load((run_folder / "experiment.yaml").read_text())
        model = settings["models"]["baseline"]
        scores = read_scores(run_folder / "results/photos/scores.csv")
        notes = dict.fromkeys(scores["approximation"].dropna())
        lines.append(
            f"- {n:,} images: {model['epochs']} epoch(s), latents of {model['latent_dim']}, "
            f"{', '.join(settings['reductions'])}; "
            f"{'approximate: ' + ' | '.join(notes) if notes else 'exact'}."
        )
    return "\n".join([*lines, "", f"{os.cpu_count()} cores.", ""])


def main() -> None:
    """Run what is asked for and show all that is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--reductions", nargs="+", choices=REDUCTIONS, default=list(REDUCTIONS))
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--latent-dim", type=int, default=64)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / "results/scaling")
    given = parser.parse_args()
    for n_images in given.sizes:
        settings = experiment(n_images, given.epochs, given.latent_dim, given.reductions)
        run(given.folder.resolve() / f"n{n_images}", settings, given.cores)
    table = measured(given.folder)
    save_table(given.folder / "scaling.csv", table)
    save_text(given.folder / "scaling.md", report(given.folder, table))
    figure = scaling_figure(table, in_order(table), exponents(table, "cpu_seconds"))
    save(figure, given.folder / "scaling.png", given.folder / "scaling.svg")
    print(given.folder / "scaling.md")


if __name__ == "__main__":
    main()
