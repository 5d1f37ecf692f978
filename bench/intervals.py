"""Where the time of a run went, from the beginnings and ends of what it did.

An interval is a dict with stage, began and ended (as time.time() says it), cpu_seconds, peak_mb
and, of the workflow's jobs, imports (seconds) and threads.
"""

from itertools import pairwise

AROUND = "around"


def stages(intervals: list[dict], watched) -> dict[str, dict]:
    """Return seconds, cpu_seconds and peak_mb of each stage.

    Every moment counts once: where several intervals run at the same time, each gets an equal
    part of it. So the seconds of all stages add up to those of the whole. The stage AROUND is when
    none runs. peak_mb is that of the greatest interval.

    Parameters
    ----------
    intervals : list of dict
    watched : Watched
        The whole process.
    """
    table: dict[str, dict] = {}
    for interval in intervals:
        row = table.setdefault(
            interval["stage"], {"seconds": 0.0, "cpu_seconds": 0.0, "peak_mb": 0.0}
        )
        row["cpu_seconds"] += interval["cpu_seconds"]
        row["peak_mb"] = max(row["peak_mb"], interval["peak_mb"])
    for seconds, at_work in _moments(intervals):
        for interval in at_work:
            table[interval["stage"]]["seconds"] += seconds / len(at_work)
    whole = watched.ended - watched.began
    table[AROUND] = {
        "seconds": whole - sum(row["seconds"] for row in table.values()),
        "cpu_seconds": watched.cpu_seconds - sum(row["cpu_seconds"] for row in table.values()),
        "peak_mb": None,
    }
    return table


def core_seconds(jobs: list[dict], began: float, ended: float, cores: int) -> dict[str, float]:
    """Return where the seconds of all cores went between two times.

    Returns
    -------
    dict
        computing: jobs at work, from reading to writing their files, on as many cores as they have
        threads; imports: jobs that start Python and load libraries; snakemake: no job runs; idle: a
        core without a job beside another that has one. They add up to cores x (ended - began).
    """
    imports = sum(job["imports"] * job["threads"] for job in jobs)
    busy = sum((job["ended"] - job["began"]) * job["threads"] for job in jobs)
    occupied = sum(seconds for seconds, at_work in _moments(jobs) if at_work)
    return {
        "computing": busy - imports,
        "imports": imports,
        "idle": occupied * cores - busy,
        "snakemake": (ended - began - occupied) * cores,
    }


def computing(jobs: list[dict]) -> float:
    """Return the CPU seconds of jobs, but for those of starting Python and loading libraries."""
    return sum(max(0.0, job["cpu_seconds"] - job["imports"]) for job in jobs)


def _moments(intervals: list[dict]) -> list[tuple[float, list[dict]]]:
    """Return (seconds, what runs then) for each piece of time in which that is the same."""
    times = sorted({interval[key] for interval in intervals for key in ("began", "ended")})
    return [
        (end - start, [i for i in intervals if i["began"] <= start and i["ended"] >= end])
        for start, end in pairwise(times)
    ]
