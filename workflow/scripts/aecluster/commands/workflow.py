"""Snakemake, started in the clone that this package is in."""

import signal
import subprocess
import sys
from pathlib import Path

from aecluster.errors import InputError
from aecluster.experiment.config_file import check_config_file

ROOT = Path(__file__).resolve().parents[4]
SCRIPTS = ROOT / "workflow/scripts"


def run_workflow(
    more: list[str], files: list[Path], *options: str, with_tables: bool = True
) -> None:
    """Run the workflow; end this process where it does not come to its end, for it has said why.

    Parameters
    ----------
    more : list of str
        Targets, and options of Snakemake.
    files : list of path
        The experiment; none for config.yaml.
    *options : str
        Options of Snakemake, each with its value.
    with_tables : bool
        Whether the tables of scores are printed.
    """
    # `--configfile` takes every word that follows it.
    start("run_workflow.py", [*more, *options, *configfile(files)], with_tables)


def start(script: str, arguments: list[str], with_output: bool = True) -> None:
    """Run a script in the clone; end this process where it fails, for it has said why."""
    command = [sys.executable, str(SCRIPTS / script), *arguments]
    output = None if with_output else subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, stdout=output)
    while process.poll() is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)  # a terminal tells it, too; twice does no harm
    if process.returncode == -signal.SIGKILL:
        sys.exit(
            "Error: the run was killed, most often because the memory ran out; close other "
            "programs, and run the same command again."
        )
    if process.returncode:
        sys.exit(process.returncode)


def experiment_files(given: str | None) -> list[Path]:
    """Return the experiment that `--configfile` names, if any, after a look at its syntax.

    Snakemake reads a config file before the workflow can check it, and may run code that is in it.

    Raises
    ------
    InputError
        If it is no file of plain values.
    """
    if given is None:
        return []
    if not given:
        raise InputError("--configfile is empty; give the file of an experiment.")
    file = Path(given).expanduser().resolve()
    check_config_file(file)
    return [file]


def configfile(files: list[Path]) -> list[str]:
    """Return the option of Snakemake that names an experiment."""
    return ["--configfile", *map(str, files)] if files else []
