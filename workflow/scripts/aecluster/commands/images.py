"""`aecluster run PATH` and `aecluster assign PATH`: groups in somebody's own images.

An experiment is written, and the workflow is started with it. No shell reads the paths.
"""

import argparse
from pathlib import Path

import yaml

from aecluster.commands.workflow import ROOT, run_workflow
from aecluster.errors import InputError
from aecluster.experiment.config_file import check_config_file
from aecluster.own import tell
from aecluster.own.images import count, found_images, source_of, with_choices
from aecluster.own.naming import (
    experiment_file,
    name_of,
    one_experiment,
    own_folder,
    taken_names,
)
from aecluster.own.template import (
    check_template,
    fill,
    number_of_groups,
    save_experiment,
    with_clusters,
)
from aecluster.own.typed import typed

TEMPLATE = ROOT / "config/images.yaml"
_PLAN = {"-n", "--dry-run", "--dryrun"}  # Snakemake's words for what only shows a plan


def group(given: argparse.Namespace, more: list[str]) -> None:
    """Find groups in images; where no number of groups is given, suggest one first."""
    path = found_images(given.path, typed("IMAGES"))
    source = with_choices(source_of(path), given.labels, given.broken)
    if given.groups not in (None, "links", "copies"):
        raise InputError(f"{typed('GROUPS')} is {given.groups}, but must be links or copies.")
    n_images = count(source, path)
    n_clusters = number_of_groups(given.clusters, n_images)
    folder = own_folder(ROOT / "results", _name_of(path), path)
    file = experiment_file(folder)
    template = _template(given.template)
    experiment = fill(template, folder.name, source, n_images, given.groups or "links")
    tell.what_comes(path, n_images, experiment, n_clusters)
    if n_clusters is None:
        save_experiment(file, with_clusters(experiment, 2, suggested=True))
        goal = "--logger-aecluster-goal", "the number of groups"
        _run(["n_clusters", *more], [file], given.cores, *goal)
        if not (folder / "n_clusters.json").exists():
            tell.no_suggestion()
            return
        suggestion = tell.suggestion(folder)
        save_experiment(file, with_clusters(experiment, suggestion, suggested=True))
    else:
        save_experiment(file, with_clusters(experiment, n_clusters, suggested=False))
    targets = ["all", f"results/{folder.name}/clusters.csv", *(["groups"] if given.groups else [])]
    _run([*targets, *more], [file], given.cores)
    if _made(folder, more):
        tell.results(folder, bool(given.groups))


def assign(given: argparse.Namespace, more: list[str]) -> None:
    """Place new images into the groups that were found, without training anything again."""
    path = found_images(given.path, typed("NEW"))
    file = one_experiment(ROOT / "results", given.dataset)
    folder = own_folder(file.parent / "assigned", _name_of(path), path)
    new = {"into": file.parent.name, **source_of(path)}
    save_experiment(experiment_file(folder), {"assign": {folder.name: new}})
    _run(["assign", *more], [file, experiment_file(folder)], given.cores)
    if _made(folder, more):
        tell.assigned(folder)


def _run(targets: list[str], files: list[Path], cores: str, *options: str) -> None:
    # What a run prints are tables of scores; what to look at is said here. A plan is shown.
    plan = not _PLAN.isdisjoint(targets)
    run_workflow(targets, files, "--cores", cores, *options, with_tables=plan)


def _made(folder: Path, more: list[str]) -> bool:
    """Return whether a run has led to groups: options of Snakemake may plan it or end it before."""
    return _PLAN.isdisjoint(more) and (folder / "clusters.csv").exists()


def _name_of(path: Path) -> str:
    return name_of(path, taken_names(ROOT / "workflow/schemas/config.schema.yaml"))


def _template(given: str | None) -> dict:
    file = TEMPLATE if given is None else Path(given).expanduser()
    check_config_file(file)
    template = yaml.safe_load(file.read_text(encoding="utf-8"))
    check_template(template, file)
    return template
