"""Somebody's own images, for who does not know Snakemake: `make run IMAGES=...`, `make assign`.

No rule's script: it writes an experiment and starts the workflow with it. Paths are arguments of
processes, and no shell reads them. Arguments that are not known here go to Snakemake.
"""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

import yaml

from aecluster.errors import InputError
from aecluster.own import tell
from aecluster.own.images import count, found_images, source_of, with_choices
from aecluster.own.naming import (
    experiment_file,
    name_of,
    one_experiment,
    own_folder,
    taken_names,
)
from aecluster.own.template import fill, number_of_groups, save_experiment, with_clusters

ROOT = Path(__file__).resolve().parents[2]
TAKEN = taken_names(ROOT / "workflow/schemas/config.schema.yaml")


def run(given: argparse.Namespace, more: list[str]) -> None:
    """Find groups in the images; where no number of groups is given, suggest one first."""
    path = found_images(given.images, "IMAGES")
    source = with_choices(source_of(path), given.labels, given.broken)
    n_images = count(source, path)
    n_clusters = number_of_groups(given.clusters, n_images)
    if given.groups not in ("", "links", "copies"):
        raise InputError(f"GROUPS is {given.groups}, but must be links or copies.")
    folder = own_folder(ROOT / "results", name_of(path, TAKEN), path)
    file = experiment_file(folder)
    template = yaml.safe_load(given.template.read_text(encoding="utf-8"))
    experiment = fill(template, folder.name, source, n_images, given.groups or "links")
    tell.what_comes(path, n_images, experiment, n_clusters)
    if n_clusters is None:
        save_experiment(file, with_clusters(experiment, 2, suggested=True))
        start(["n_clusters"], given.cores, [file], more, goal="the number of groups")
        suggestion = tell.suggestion(folder)
        save_experiment(file, with_clusters(experiment, suggestion, suggested=True))
    else:
        save_experiment(file, with_clusters(experiment, n_clusters, suggested=False))
    targets = ["all", f"results/{folder.name}/clusters.csv", *(["groups"] if given.groups else [])]
    start(targets, given.cores, [file], more)
    tell.results(folder, bool(given.groups))


def assign(given: argparse.Namespace, more: list[str]) -> None:
    """Place new images into the groups that were found, without training anything again."""
    path = found_images(given.new, "NEW")
    file = one_experiment(ROOT / "results", given.dataset)
    folder = own_folder(file.parent / "assigned", name_of(path, TAKEN), path)
    new = {"into": file.parent.name, **source_of(path)}
    save_experiment(experiment_file(folder), {"assign": {folder.name: new}})
    start(["assign"], given.cores, [file, experiment_file(folder)], more)
    tell.assigned(folder)


def start(
    targets: list[str], cores: str, files: list[Path], more: list[str], goal: str = ""
) -> None:
    """Run the workflow for some targets of the experiment in the files.

    Ends this process where the workflow does not come to its end; it has said why.
    """
    command = [sys.executable, str(ROOT / "workflow/scripts/run_workflow.py"), *targets]
    command += ["--cores", cores, *(["--logger-aecluster-goal", goal] if goal else [])]
    command += [*more, "--configfile", *map(str, files)]
    # What it prints are tables of scores; what to look at is said here.
    workflow = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while workflow.poll() is None:
        try:
            workflow.wait()
        except KeyboardInterrupt:
            workflow.send_signal(signal.SIGINT)  # a terminal tells it, too; twice does no harm
    if workflow.returncode:
        sys.exit(workflow.returncode)


def main() -> None:
    """Read the command line, and say every error in one sentence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--cores", default="all")
    commands = parser.add_subparsers(required=True)
    own = commands.add_parser("run", help="find groups in a folder of images, an .npy or an .npz")
    own.add_argument("--images", required=True)
    own.add_argument("--clusters", default="", help="how many groups; empty for a suggestion")
    own.add_argument("--labels", default="", help="folders: sub-folders score the groups")
    own.add_argument("--broken", default="", help="the share of images that may be broken")
    own.add_argument("--groups", default="", help="links or copies: the groups as folders too")
    own.add_argument("--template", type=Path, default=ROOT / "config/images.yaml")
    own.set_defaults(command=run)
    new = commands.add_parser("assign", help="place new images into the groups that were found")
    new.add_argument("--new", required=True)
    new.add_argument("--dataset", default="", help="whose groups, if there are several")
    new.set_defaults(command=assign)
    given, more = parser.parse_known_args()
    try:
        given.command(given, more)
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit("Stopped. Run the same command to continue.")


if __name__ == "__main__":
    main()
