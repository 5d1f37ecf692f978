"""From the records of all runs to one table: medians, ranges, ratios."""

import statistics
from collections.abc import Iterable

import pandas as pd

from bench.intervals import AROUND
from bench.quality import ACCURACY, MSE, TRUST
from bench.work import Work

SIDES = ("plain", "workflow")
WHOLE = "whole"
STAGES = ("images", "train", "latents", "kernel_pca", "tsne", "cluster", AROUND, WHOLE)
# What counts as no worse: seeds alone move each measure by more.
TOLERANCES = {MSE: 0.02, TRUST: 0.005, ACCURACY: 0.02}  # the first as a part of the error


def stage_table(pairs: list[dict], limits: dict, work: dict[str, dict[str, Work]]) -> pd.DataFrame:
    """Return one row a stage, and the whole as the last.

    Parameters
    ----------
    pairs : list of dict
        One entry a run: the records of "plain" and "workflow" (see `bench.sides`), each with
        "quality" (see `bench.quality`).
    limits : dict
        As in `bench.limits.measure`.
    work : dict of side -> dict of stage -> Work

    Returns
    -------
    DataFrame
        In `precision` what was trained in, plain way / workflow where they differ. Of each side the
        median, least and most seconds over the runs, CPU seconds, peak memory in
        MB; how many times faster the workflow is (ratio of medians); the stage's measure of quality
        (mean over its cells, median over runs); and what part of the machine's limit, all cores
        together, the least work of the stage reaches.
    """
    names = dict.fromkeys(name for pair in pairs for side in SIDES for name in pair[side]["stages"])
    order = [name for name in STAGES if name in names] + [n for n in names if n not in STAGES]
    order = [name for name in order if name != AROUND] + [AROUND, WHOLE]
    rows = []
    for stage in order:
        row: dict[str, object] = {"stage": stage}
        row["precision"] = _precisions(pairs) if stage == "train" else ""
        for side in SIDES:
            parts = [_part(pair[side], stage) for pair in pairs]
            seconds = [part["seconds"] for part in parts]
            row |= {
                f"{side}_seconds": statistics.median(seconds),
                f"{side}_least": min(seconds),
                f"{side}_most": max(seconds),
                f"{side}_cpu_seconds": statistics.median(part["cpu_seconds"] for part in parts),
                f"{side}_peak_mb": _median(part["peak_mb"] for part in parts),
            }
            row |= _of_limit(row, side, work[side].get(stage), limits)
        row["times_faster"] = row["plain_seconds"] / row["workflow_seconds"]
        row |= _quality_of_stage(pairs, stage)
        rows.append(row)
    return pd.DataFrame(rows)


def quality_table(pairs: list[dict]) -> pd.DataFrame:
    """Return one row a measure of a cell: medians over the runs.

    Of clusters there is also the chance level of the workflow's and the agreement of both sides.
    """
    rows = []
    for place, first in enumerate(pairs[0]["plain"]["quality"]):
        found = {side: [pair[side]["quality"][place] for pair in pairs] for side in SIDES}
        row = {key: first[key] for key in ("stage", "cell", "measure")}
        row |= {side: statistics.median(each["value"] for each in found[side]) for side in SIDES}
        row["chance"] = _median(each.get("chance") for each in found["workflow"])
        agreements = (pair["agreement"].get(first["cell"]) for pair in pairs)
        row["agreement"] = _median(agreements) if first["stage"] == "cluster" else None
        rows.append(row)
    return pd.DataFrame(rows)


def core_table(pairs: list[dict]) -> pd.DataFrame:
    """Return where the workflow's core seconds went, and parts of all: medians over the runs."""
    runs = pd.DataFrame([pair["workflow"]["core_seconds"] for pair in pairs])
    parts = runs.div(runs.sum(axis=1), axis=0)
    return pd.DataFrame({"core_seconds": runs.median(), "part": parts.median()})


def targets(pairs: list[dict], stages: pd.DataFrame) -> list[tuple[str, str, bool]]:
    """Return (target, what was found, whether it is met)."""
    by_name = stages.set_index("stage")
    times = by_name["times_faster"]
    slower = [f"{name} {times[name]:.2g}" for name in times.index[:-2] if times[name] < 1]
    runs = [pair["workflow"] for pair in pairs]
    overhead = statistics.median(1 - run["computing"] / run["cpu_seconds"] for run in runs)
    worse = _worse(stages)
    return [
        ("at least 4 times faster", f"{times[WHOLE]:.1f} times", bool(times[WHOLE] >= 4)),
        ("no stage slower", ", ".join(slower) or "none", not slower),
        ("no worse quality", ", ".join(worse) or "none worse", not worse),
        ("overhead under 10 % of the CPU time", f"{overhead:.1%}", bool(overhead < 0.1)),
    ]


def _precisions(pairs: list[dict]) -> str:
    names = [sorted({name for pair in pairs for name in pair[side]["precision"]}) for side in SIDES]
    return " / ".join(dict.fromkeys(" and ".join(each) for each in names))


def _part(record: dict, stage: str) -> dict:
    if stage == WHOLE:
        return record
    nothing = {"seconds": float("nan"), "cpu_seconds": float("nan"), "peak_mb": None}
    return record["stages"].get(stage, nothing)


def _of_limit(row: dict, side: str, work: Work | None, limits: dict) -> dict:
    if work is None:
        return {}
    limit = limits["gflops_all" if work.unit == "GFLOP" else "gigabytes_all"]
    rate = work.amount / row[f"{side}_seconds"]
    return {f"{side}_rate": rate, "unit": f"{work.unit}/s", f"{side}_of_limit": rate / limit}


def _quality_of_stage(pairs: list[dict], stage: str) -> dict:
    found = {}
    for side in SIDES:
        means = []
        for pair in pairs:
            rows = [row for row in pair[side]["quality"] if row["stage"] == stage]
            if rows:
                found["measure"] = rows[0]["measure"]
                means.append(statistics.mean(row["value"] for row in rows))
        found[f"{side}_quality"] = _median(means)
    return found


def _worse(stages: pd.DataFrame) -> list[str]:
    worse = []
    for _, row in stages.dropna(subset="measure").iterrows():
        plain, workflow = row["plain_quality"], row["workflow_quality"]
        tolerance = TOLERANCES[row["measure"]]
        if row["measure"] == MSE:
            is_worse = workflow > plain * (1 + tolerance)
        else:
            is_worse = workflow < plain - tolerance
        if is_worse:
            worse.append(f"{row['stage']} ({row['measure']} {workflow:.4g}, plain {plain:.4g})")
    return worse


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
