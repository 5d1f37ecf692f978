"""The jobs of an experiment, run in this process: a start of Snakemake costs seconds, and so does
each job that it starts; a table of cases has a hundred experiments. What the scripts are given
comes from the rules themselves."""

import contextlib
import importlib
import io
import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

from snakemake.settings.types import ConfigSettings

import run_job
from aecluster.errors import InputError
from aecluster.experiment.checks import check_experiment
from aecluster.experiment.schema import complete_experiment

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "workflow/scripts"
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"

engine = importlib.import_module("snakemake.workflow")  # after snakemake.api, which it needs
_parse = engine.parse
_parsed: dict[tuple, tuple] = {}


def _parsed_once(path, workflow, linemap, overwrite_shellcmd=None, rulecount=0):
    """As `snakemake.parser.parse`; equal files are parsed once."""
    name = path.get_path_or_uri(secret_free=True)
    key = name, Path(name).read_bytes(), overwrite_shellcmd, rulecount
    if key not in _parsed:
        lines = {}
        _parsed[key] = *_parse(path, workflow, lines, overwrite_shellcmd, rulecount), lines
    *parsed, lines = _parsed[key]
    linemap |= lines
    return parsed


engine.parse = _parsed_once

SMALL = {
    "seeds": [0],
    "models": {"small": {"architecture": "baseline", "latent_dim": 8, "epochs": 1}},
    "reductions": {"pca2": {"method": "pca", "dim": 2}},
    "clusterings": {"kmeans": {"method": "minibatch_kmeans", "n_clusters": 2}},
    "show": {"indices": [0, 1], "extremes": 1, "math": False},
}


def run(config: dict, *targets: str) -> tuple[int, str]:
    """Run an experiment in the current folder; return the exit code and what the screen shows.

    Targets are files or rules, as on the command line; without any, everything is made.
    """
    screen = io.StringIO()
    with contextlib.redirect_stderr(screen):
        try:
            check_experiment(complete_experiment(config, SCHEMA))  # it may be more than JSON takes
            run_jobs(planned_jobs(config, *targets))
        except InputError as error:  # what `or_exit` of the workflow makes of it
            print(f"Error: {error}", file=sys.stderr)
            return 1, screen.getvalue()
        except SystemExit as end:
            return int(end.code), screen.getvalue()
    return 0, screen.getvalue()


def planned_jobs(config: dict, *targets: str) -> list[tuple[str, SimpleNamespace]]:
    """Return the jobs that make the targets, each after those that it needs.

    A job is the name of a script and the `snakemake` that the rule gives to it.
    """
    jobs = jobs_of_snakemake(config, *targets)
    return [(Path(job.rule.script).name, _given(job)) for job in jobs if job.rule.script]


def jobs_of_snakemake(config: dict, *targets: str) -> list:
    """Return the jobs that make the targets as Snakemake has them, in the same order."""
    file = Path("results/experiment.json")
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(config))
    return run_job.planned_jobs(targets, ConfigSettings(configfiles=[file]), ROOT / "Snakefile")


def _given(job) -> SimpleNamespace:
    parts = ("input", "output", "params", "wildcards", "threads", "resources", "log")
    return SimpleNamespace(**{part: getattr(job, part) for part in parts})


def run_jobs(jobs: list[tuple[str, SimpleNamespace]]) -> None:
    """Run the scripts of jobs, one after the other; the first that ends in an error ends all."""
    for script, snakemake in jobs:
        runpy.run_path(str(SCRIPTS / script), {"snakemake": snakemake})
