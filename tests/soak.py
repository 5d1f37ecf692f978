"""Kill runs with -9 at random moments, run the same command again, compare bytes at the end.

python tests/soak.py --kills 30 FOLDER

Every second kill, at random, is of Snakemake alone and leaves its jobs behind; the others are of
all processes at once. A run that comes to its end before it is killed is compared with one that
was never killed, and its results are removed, so that the next one begins with nothing.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import conftest
from conftest import Project, new_project
from test_workflow import artifacts

sys.path.insert(0, str(conftest.REPOSITORY / "workflow/scripts"))

EXPERIMENT = {
    **conftest.SMALL_EXPERIMENT,
    "seeds": [0],
    "datasets": {"shapes": conftest.SMALL_EXPERIMENT["datasets"]["shapes"]},
    "models": {"baseline": conftest.SMALL_EXPERIMENT["models"]["baseline"]},
}
TARGETS = ["results/shapes/scores.csv", "results/shapes/progress.csv"]
COMMAND = [
    *(sys.executable, "-m", "snakemake", *TARGETS),
    *("--cores", "2", "--configfile", "experiment.yaml"),
]


def start(project: Project) -> subprocess.Popen:
    """Start a run in a process group of its own, with its log in the project."""
    with (project.folder / "run.log").open("w") as log:
        return subprocess.Popen(
            COMMAND, cwd=project.folder, stdout=log, stderr=log, start_new_session=True
        )


def finished(project: Project, run: subprocess.Popen) -> dict[str, str]:
    """Wait for the end of a run; return digests of what it made."""
    if run.wait() != 0:
        sys.exit((project.folder / "run.log").read_text())
    return artifacts(project)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    projects = [new_project(options.folder / name) for name in ("whole", "killed")]
    for project in projects:
        project.experiment = EXPERIMENT
    whole, killed = projects
    begin = time.monotonic()
    expected = finished(whole, start(whole))
    longest = time.monotonic() - begin
    print(f"never killed: {len(expected)} artifacts in {longest:.0f} s", flush=True)
    kills = {"all": 0, "Snakemake": 0}
    ends = 0
    while sum(kills.values()) < options.kills:
        anew = not (killed.folder / "results").exists()
        begin = time.monotonic()
        run = start(killed)
        try:
            run.wait(rng.uniform(0.1, 0.6) * longest)
        except subprocess.TimeoutExpired:
            whom = rng.choice(list(kills))
            kill = os.killpg if whom == "all" else os.kill
            kill(run.pid, signal.SIGKILL)
            run.wait()
            kills[whom] += 1
            print(f"kill {sum(kills.values())}: {whom}", flush=True)
        else:
            ends += 1
            compare(finished(killed, run), expected)
            shutil.rmtree(killed.folder / "results")
            if anew:  # the machine may have become faster
                longest = time.monotonic() - begin
    ends += 1
    compare(finished(killed, start(killed)), expected)
    print(f"{kills['all']} kills of all, {kills['Snakemake']} of Snakemake alone, {ends} ends")


def compare(made: dict[str, str], expected: dict[str, str]) -> None:
    differ = sorted(name for name in {*made, *expected} if made.get(name) != expected.get(name))
    if differ:
        sys.exit(f"not the same bytes: {', '.join(differ)}")
    print(f"came to its end: the same bytes in {len(made)} artifacts", flush=True)


if __name__ == "__main__":
    main()
