"""Damage every kind of input of every rule and run the rule's script: is it found, and named?

Started by test_damage.py in a finished project. Prints JSON: a list of [rule, damaged file, exit
code, what the script said]. The scripts run in this process, so that libraries load only once.
"""

import contextlib
import io
import json
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

from snakemake.cli import main
from snakemake.executors.dryrun import Executor


def all_jobs(targets: Sequence[str] = ("all",)) -> list:
    """Return the jobs of the experiment, from a dry run."""
    jobs = []
    dry_run_job = Executor.run_job
    Executor.run_job = lambda self, job: (jobs.append(job), dry_run_job(self, job))
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(sys.stderr):
        main(
            [
                "--dry-run",
                "--forceall",
                "--quiet",
                "all",
                "--configfile",
                "experiment.yaml",
                "--",
                *targets,
            ]
        )
    return jobs


def said_by(job) -> tuple[int, str]:
    """Run the script of a job; return its exit code and what it wrote on the screen."""
    names = ("input", "output", "params", "resources", "wildcards", "log")
    snakemake = SimpleNamespace(**{name: getattr(job, name) for name in names})
    script = Path("workflow/scripts", Path(job.rule.script).name)
    screen = io.StringIO()
    with contextlib.redirect_stderr(screen):
        try:
            runpy.run_path(str(script), {"snakemake": snakemake})
        except SystemExit as end:
            return end.code, screen.getvalue()
    return 0, screen.getvalue()


def damage_all() -> None:
    seen, said = set(), []
    for job in all_jobs():
        for file in map(Path, job.input):
            kind = (job.rule.name, file.name)
            if job.rule.script is None or file.parts[0] != "results" or kind in seen:
                continue
            if not file.is_file():  # what shards leave is gone when they are joined
                continue
            seen.add(kind)
            whole = file.read_bytes()
            damaged = bytearray(whole)
            damaged[len(whole) // 2] ^= 1
            file.write_bytes(damaged)
            said.append([job.rule.name, str(file), *said_by(job)])
            file.write_bytes(whole)
    print(json.dumps(said))


if __name__ == "__main__":
    damage_all()
