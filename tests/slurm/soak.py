"""Kill Snakemake with -9 at random moments while its jobs are in Slurm; compare every result.

    cluster.sh up; python tests/slurm/soak.py KILLS; cluster.sh down

The experiment of the tests is run, killed and run again until it is done, and from nothing again,
until it was killed KILLS times and is done. At every end all artifacts have the bytes of a local
run, and no job of a run began before all jobs of the run before had ended.
"""

import itertools
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from project import end_processes_in, kill, small_project

LONGEST = 60  # seconds until a kill


def main(kills: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    local, project = small_project(folder / "local"), small_project(folder / "slurm")
    finished = local.run("--cores", "1", "score")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    expected = local.artifacts()
    rng = random.Random(0)
    done = 0
    while True:
        run = project.start("score", PATIENCE="2")
        try:
            code = run.wait(rng.uniform(5, LONGEST) if done < kills else None)
        except subprocess.TimeoutExpired:
            kill(run)
            done += 1
            print(f"{time.strftime('%H:%M:%S')} kill {done}", flush=True)
            continue
        assert code == 0, project.log
        assert project.artifacts() == expected, "other bytes than those of a local run"
        check_order(project)
        print(f"{time.strftime('%H:%M:%S')} done: the same bytes", flush=True)
        if done == kills:
            break
        shutil.rmtree(project.folder / "results")
    print(f"{done} kills; {len(project.records())} jobs in Slurm; all bytes as in a local run")
    end_processes_in(folder)
    shutil.rmtree(folder)


def check_order(project) -> None:
    """No job of a run begins before all those of the run before it have ended."""
    runs = {}
    for record in project.records().values():
        runs.setdefault(record["Name"], []).append(record)
    in_turn = sorted(runs.values(), key=lambda jobs: min(job["StartTime"] for job in jobs))
    for earlier, later in itertools.pairwise(in_turn):
        last_end = max(job["EndTime"] for job in earlier)
        assert min(job["StartTime"] for job in later) >= last_end


if __name__ == "__main__":
    main(int(sys.argv[1]))
