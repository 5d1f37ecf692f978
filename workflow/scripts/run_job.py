"""Run one job again, alone, and print its log: `aecluster job FILE`.

No rule's script: it is for people who look for a fault. The arguments are a file that the job makes
and options of Snakemake, such as --configfile.
"""

import contextlib
import difflib
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from snakemake.api import SnakemakeApi
from snakemake.cli import parse_args, parse_config
from snakemake.exceptions import MissingRuleException
from snakemake.settings.enums import Quietness
from snakemake.settings.types import (
    ConfigSettings,
    DAGSettings,
    OutputSettings,
    ResourceSettings,
    SharedFSUsage,
    StorageSettings,
)
from snakemake.workflow import Workflow

from aecluster.errors import InputError
from aecluster.jobs.lock import LOCK, hold_lock
from aecluster.screen.words import one_sentence

_LOGS = Path("results/logs")
_MOST_FILES = 3


def planned(settings: DAGSettings, config: ConfigSettings, snakefile: Path) -> Workflow:
    """Return the workflow with a plan, its `dag`; nothing runs."""
    # A cache of sources that is not shared is no file in the user's home.
    shared = SharedFSUsage.all() - {SharedFSUsage.SOURCE_CACHE}
    quiet = OutputSettings(quiet={Quietness.ALL}, enable_file_logging=False)
    with SnakemakeApi(quiet) as api, contextlib.redirect_stdout(io.StringIO()):
        workflow = api.workflow(
            ResourceSettings(),
            storage_settings=StorageSettings(shared_fs_usage=shared),
            config_settings=config,
            snakefile=snakefile,
        )
        # Of what plans jobs without starting them, the simplest.
        workflow.dag(settings).printrulegraph()
        return workflow._workflow


def in_order(workflow: Workflow) -> list:
    """Return the jobs of a plan, each after those that it needs."""
    layers = workflow.dag.toposorted()
    return [job for layer in layers for job in sorted(layer, key=lambda job: str(job.output))]


def planned_jobs(targets: Iterable[str], config: ConfigSettings, snakefile: Path) -> list:
    """Return the jobs that lead to some targets, each after those that it needs; nothing runs."""
    return in_order(planned(DAGSettings(targets=frozenset(targets)), config, snakefile))


def config_of(options) -> ConfigSettings:
    """Return what the options of a command line say of the config."""
    return ConfigSettings(
        config=parse_config(options.config),
        configfiles=options.configfile,
        config_args=options.config,
    )


def files_made(config: ConfigSettings, snakefile: Path) -> set[str]:
    """Return all files that the jobs of an experiment make."""
    return {str(output) for job in planned_jobs([], config, snakefile) for output in job.output}


def not_made(file: str, options, made: Callable[[], Iterable[str]]) -> InputError:
    """Return the error that no job makes a file, with the experiment that it is of, or else with
    the files that are `made` and nearly so called: only these need a plan of all jobs."""
    own = (*Path(file).parts[:2], "experiment.yaml")
    if not options.configfile and Path(*own).is_file():
        return InputError(
            f"config.yaml makes no {file}; its experiment is {Path(*own)}: add --configfile "
            f"{Path(*own)}."
        )
    near = difflib.get_close_matches(file, sorted(made()), n=_MOST_FILES)
    hint = f"the nearest are {', '.join(near)}" if near else "give a file in results/"
    if not options.configfile:
        hint += " (of config.yaml; --configfile names another experiment)"
    return InputError(f"no job of this experiment makes {file}; {hint}.")


def job_of(file: str, options):
    """Return the job that makes a file.

    Raises
    ------
    InputError
        If no job makes it, or the job lacks a file to read.
    """
    config, snakefile = config_of(options), Path("Snakefile").absolute()
    try:
        jobs = planned_jobs([file], config, snakefile)
    except MissingRuleException:
        jobs = []
    found = next((job for job in jobs if file in job.output), None)
    if found is None:
        raise not_made(file, options, lambda: files_made(config, snakefile))
    missing = [str(read) for read in found.input if not os.path.lexists(read)]
    if missing:
        experiment = ["--configfile", *map(str, options.configfile)] if options.configfile else []
        first = missing[:_MOST_FILES]
        command = shlex.join(["aecluster", "run", *experiment, "--", *first])
        more = f" and {len(missing) - len(first):,} more" if len(missing) > len(first) else ""
        are = "are" if len(missing) > 1 else "is"
        raise InputError(
            f"{file} is made from {', '.join(first)}{more}, which {are} not there; make "
            f"{'them' if len(missing) > 1 else 'it'} first: {command}"
        )
    return found


def run(file: str, rule: str, arguments: list[str]) -> int:
    """Run the job of a file and print the logs that it writes; return its exit status."""
    before = {log: log.stat().st_mtime_ns for log in _LOGS.rglob("*.log")}
    # Its rule alone, and files that it reads as they are, whatever code has changed since; and in a
    # thread, for a process of Snakemake's own would keep the keyboard from a debugger.
    alone = ["--force", "--allowed-rules", rule, "--rerun-triggers", "mtime", "--cores", "1"]
    alone += ["--force-use-threads", "--no-hooks", "--quiet", "all"]
    command = [sys.executable, "-m", "snakemake", file, *alone, *arguments]
    # In a Python of its own, where a debugger finds it.
    ran = subprocess.run(command, env={**os.environ, "AECLUSTER_WARM": "0"})
    for log in sorted(_LOGS.rglob("*.log")):
        if log.stat().st_mtime_ns != before.get(log):
            print(f"\n{log}:\n{log.read_text(encoding='utf-8', errors='replace')}", end="")
    return ran.returncode


def options_of(arguments: Iterable[str]):
    """Return the options of a command line as Snakemake reads them, with its profile."""
    with contextlib.redirect_stderr(io.StringIO()):  # it names the profile that it uses
        return parse_args(list(arguments))[1]


@contextlib.contextmanager
def errors_in_one_sentence() -> Iterator[None]:
    """End this process with the sentence of an error in the block, and status 1."""
    try:
        yield
    except InputError as error:
        sys.exit(f"Error: {error}")
    except Exception as error:
        sys.exit(one_sentence(str(error), type(error).__name__))


def main(file: str, *arguments: str) -> int:
    """Run the job of a file; say every error in one sentence."""
    options = options_of([file, *arguments])
    with errors_in_one_sentence():
        rule = job_of(file, options).rule.name
        hold_lock(LOCK)  # as the hooks of a run do
    return run(file, rule, list(arguments))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
