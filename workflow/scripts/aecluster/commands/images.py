"""`aecluster run PATH` and `aecluster assign PATH`: groups in somebody's own images.

An experiment is written, and the workflow is started with it. No shell reads the paths.
"""

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from aecluster.commands.workflow import ROOT, run_workflow
from aecluster.errors import InputError
from aecluster.experiment.config_file import check_config_file
from aecluster.experiment.schema import complete_experiment, taken_names
from aecluster.jobs.folders import check_writable
from aecluster.jobs.lock import LOCK, check_free
from aecluster.own import tell
from aecluster.own.images import count, found_images, source_of, with_broken, with_labels
from aecluster.own.naming import experiment_file, groups_of, name_of, one_experiment, own_folder
from aecluster.own.template import (
    check_template,
    fill,
    number_of_groups,
    save_experiment,
    with_clusters,
)
from aecluster.own.typed import typed

TEMPLATE = ROOT / "config/images.yaml"
_SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
# Snakemake's words for what only shows a plan, also among other options of one letter
_PLAN = re.compile("--dry.*|-[DFfklnpq]*n[DFfklnpq]*")


def group(given: argparse.Namespace, more: list[str]) -> None:
    """Find groups in images; where no number of groups is given, suggest one first."""
    path = found_images(given.path, typed("IMAGES"))
    source = with_labels(source_of(path), given.labels)
    source = with_broken(source, given.broken, "IMAGES")
    if given.groups not in (None, "links", "copies"):
        raise InputError(f"{typed('GROUPS')} is {given.groups}, but must be links or copies.")
    n_images = count(source, path)
    n_clusters = number_of_groups(given.clusters, n_images)
    folder = own_folder(ROOT / "results", _name_of(path), path)
    groups = given.groups or groups_of(folder)
    experiment = fill(_template(given.template), folder.name, source, n_images, groups or "links")
    tell.what_comes(path, n_images, complete_experiment(experiment, _SCHEMA), n_clusters)
    if is_suggested := n_clusters is None:
        with _experiment_file(folder, more, provisional=True) as file:
            save_experiment(file, with_clusters(experiment, 2, suggested=True))
            goal = "--logger-aecluster-goal", "the number of groups"
            _run(["n_clusters", *more], [file], given.cores, *goal)
        if not (folder / "n_clusters.json").exists():
            tell.no_suggestion()
            return
        n_clusters = tell.suggestion(folder)
    with _experiment_file(folder, more) as file:
        save_experiment(file, with_clusters(experiment, n_clusters, is_suggested))
        targets = ["all", f"results/{folder.name}/clusters.csv", *(["groups"] if groups else [])]
        _run([*targets, *more], [file], given.cores)
    if _made(folder, more):
        tell.results(folder, n_clusters, with_folders=bool(groups))


def assign(given: argparse.Namespace, more: list[str]) -> None:
    """Place new images into the groups that were found, without training anything again."""
    path = found_images(given.path, typed("NEW"))
    file = one_experiment(ROOT / "results", given.dataset)
    folder = own_folder(file.parent / "assigned", _name_of(path), path)
    new = {"into": file.parent.name, **with_broken(source_of(path), given.broken, "NEW")}
    with _experiment_file(folder, more) as added:
        save_experiment(added, {"assign": {folder.name: new}})
        _run(["assign", *more], [file, added], given.cores)
    if _made(folder, more):
        tell.assigned(folder)


@contextmanager
def _experiment_file(folder: Path, more: list[str], provisional: bool = False) -> Iterator[Path]:
    """Give the file for the experiment of a run.

    It does not stay for a plan, nor where it is provisional and there is one of an earlier run:
    the groups that are there were made with that one.

    Raises
    ------
    InputError
        If another run is at work, whose file it may be, or the folder cannot be written to.
    """
    file = experiment_file(folder)
    if not _is_plan(more):
        check_free(ROOT / LOCK)
        check_writable(ROOT / "results")
        if folder.exists():
            check_writable(folder)
    if _is_plan(more) or (provisional and file.exists()):
        with TemporaryDirectory() as temporary:
            yield experiment_file(Path(temporary))
    else:
        yield file


def _run(targets: list[str], files: list[Path], cores: str, *options: str) -> None:
    # What a run prints are tables of scores; what to look at is said here. A plan is shown.
    run_workflow(targets, files, "--cores", cores, *options, with_tables=_is_plan(targets))


def _is_plan(words: list[str]) -> bool:
    return any(_PLAN.fullmatch(word) for word in words)


def _made(folder: Path, more: list[str]) -> bool:
    """Return whether a run has led to groups: options of Snakemake may plan it or end it before."""
    return not _is_plan(more) and (folder / "clusters.csv").exists()


def _name_of(path: Path) -> str:
    return name_of(path, taken_names(_SCHEMA))


def _template(given: str | None) -> dict:
    file = TEMPLATE if given is None else Path(given).expanduser()
    check_config_file(file)
    template = yaml.safe_load(file.read_text(encoding="utf-8"))
    check_template(template, file)
    try:
        complete_experiment(template, _SCHEMA)
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    return template
