"""What cells cost: the seconds of the jobs that made them."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Job(NamedTuple):
    """Where the time of a job is written.

    Attributes
    ----------
    benchmark : path
        Snakemake's benchmark file, which measures the last attempt alone.
    shared_by : int
        How many cells the job made at once; each costs its part.
    history : path or None
        The history.csv of a training, which has the epochs of all attempts.
    """

    benchmark: str | Path
    shared_by: int = 1
    history: str | Path | None = None


def cost(jobs: Iterable[Job]) -> float:
    """Return the seconds that jobs took together, NaN if a file is missing or broken."""
    try:
        return round(sum(map(_seconds, jobs)), 2)
    except (OSError, KeyError, ValueError):
        return np.nan


def _seconds(job: Job) -> float:
    with Path(job.benchmark).open() as lines:
        row = next(csv.DictReader(lines, delimiter="\t"), {})  # empty if the job was killed
    attempt = float(row["s"])
    return max(attempt, _epochs(job.history) if job.history else 0) / job.shared_by


def _epochs(history: str | Path) -> float:
    with Path(history).open() as lines:
        return sum(float(row["seconds"]) for row in csv.DictReader(lines))
