"""What the stages cost, from Snakemake's benchmark files."""

import csv
from pathlib import Path


def timings(files: list[tuple[str, list[str]]]) -> list[dict]:
    """Sum up each stage.

    Parameters
    ----------
    files : list of (stage, paths)
        Benchmark files; those that are missing are left out.

    Returns
    -------
    list of dict
        stage, jobs, seconds (sum of wall times), longest (seconds) and memory (peak of a job in
        MB, None where it was not measured).
    """
    rows = []
    for stage, paths in files:
        jobs = [job for path in paths if (job := _read(Path(path)))]
        if jobs:
            memory = [mb for _, mb in jobs if mb is not None]
            rows.append(
                {
                    "stage": stage,
                    "jobs": len(jobs),
                    "seconds": sum(seconds for seconds, _ in jobs),
                    "longest": max(seconds for seconds, _ in jobs),
                    "memory": max(memory, default=None),
                }
            )
    return rows


def _read(file: Path) -> tuple[float, float | None] | None:
    try:
        with file.open() as lines:
            row = next(csv.DictReader(lines, delimiter="\t"))
        return float(row["s"]), _number(row.get("max_rss"))
    except (OSError, KeyError, ValueError, StopIteration):
        return None


def _number(text: str | None) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
