"""The command `aecluster`."""

import argparse
import subprocess
import sys
from pathlib import Path

from aecluster.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "workflow/scripts"
_OF_IMAGES = ("clusters", "groups", "labels", "broken")


def run(given: argparse.Namespace, more: list[str]) -> list[str]:
    """Find groups in a folder; without one, run the experiment of config.yaml."""
    of_images = [f"--{name}" for name in _OF_IMAGES if getattr(given, name)]
    if given.path is None and of_images:
        raise InputError(f"{of_images[0]} applies to images; give the path of a folder as well.")
    if given.path is not None and given.configfile:
        raise InputError(
            "give a folder of images or --configfile, not both: an experiment names its own images."
        )
    if given.path is None:
        return ["run_workflow.py", "--cores", given.cores, *_config(given), *more]
    return [
        "own_images.py", "--cores", given.cores, "run", f"--images={_path(given.path)}",
        f"--clusters={given.clusters}", f"--groups={given.groups}", f"--labels={given.labels}",
        f"--broken={given.broken}", *more,
    ]  # fmt: skip


def assign(given: argparse.Namespace, more: list[str]) -> list[str]:
    """Place new images into the groups that were found."""
    return [
        "own_images.py", "--cores", given.cores, "assign", f"--new={_path(given.path)}",
        f"--dataset={given.dataset}", *more,
    ]  # fmt: skip


def check(given: argparse.Namespace, more: list[str]) -> list[str]:
    """Check an experiment; nothing runs."""
    return ["run_workflow.py", "--quiet", "rules", "progress", "--dry-run", *_config(given), *more]


def show(given: argparse.Namespace, more: list[str]) -> list[str]:
    """Open the page, and save corrections made on it."""
    options = ["--port", str(given.port), *(["--no-browser"] if given.no_browser else [])]
    return ["show.py", *options]


def diff(given: argparse.Namespace, more: list[str]) -> list[str]:
    """Say in what two results differ, by their provenance.json."""
    return [
        "compare_provenance.py",
        *(str(Path(file).resolve()) for file in (given.one, given.other)),
    ]


def job(given: argparse.Namespace, more: list[str]) -> list[str]:
    """Run the job that makes a file again, with its log on the screen; missing inputs are made."""
    return ["run_job.py", given.file, *_config(given), *more]


def _path(given: str) -> Path:
    if not given:
        raise InputError("the path is empty; give a folder of images, an .npy or an .npz file.")
    return Path(given).expanduser().resolve()


def _config(given: argparse.Namespace) -> list[str]:
    return ["--configfile", str(Path(given.configfile).resolve())] if given.configfile else []


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="aecluster",
        description="Groups in a folder of images, and what one does with results.",
        epilog="What stands behind -- goes to Snakemake: aecluster run -- --forceall",
        allow_abbrev=False,
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(function) -> argparse.ArgumentParser:
        text = function.__doc__
        added = commands.add_parser(
            function.__name__, help=text, description=text, allow_abbrev=False
        )
        added.set_defaults(command=function)
        return added

    own = command(run)
    own.add_argument("path", nargs="?", help="a folder of images, an .npy or an .npz file")
    for option, value, text in (
        ("--clusters", "K", "how many groups; without it, a suggested number"),
        ("--groups", "KIND", "links or copies: a folder for each group as well"),
        ("--labels", "KIND", "folders: sub-folders score the groups"),
        ("--broken", "SHARE", "how many files may be unreadable, such as 0.3"),
    ):
        own.add_argument(option, default="", metavar=value, help=text)
    new = command(assign)
    new.add_argument("path", help="new images")
    new.add_argument("--dataset", default="", help="whose groups, if there are several")
    for each in (own, new):
        each.add_argument("--cores", default="all", metavar="N", help="all, or how many to use")
    page = command(show)
    page.add_argument("--port", type=int, default=0, help="any that is free without it")
    page.add_argument("--no-browser", action="store_true", help="only say where the page is")
    two = command(diff)
    two.add_argument("one", help="a provenance.json")
    two.add_argument("other", help="another one")
    one = command(job)
    one.add_argument("file", help="a result, such as results/.../embedding.npy")
    for each in (own, command(check), one):
        each.add_argument(
            "--configfile", metavar="FILE", help="an experiment other than config.yaml"
        )
    return top


def main(arguments: list[str] | None = None) -> None:
    """Run a command, and end with its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given, more = parser().parse_args(arguments[:end]), arguments[end + 1 :]
    if not (ROOT / "Snakefile").is_file():
        sys.exit(
            "Error: the workflow must be beside the package, but is not in "
            f"{ROOT}; clone the repository and install it from there: pip install -e FOLDER"
        )
    try:
        if more and given.command in (show, diff):
            raise InputError(f"nothing can follow -- here: {' '.join(more)}")
        script, *rest = given.command(given, more)
    except InputError as error:
        sys.exit(f"Error: {error}")
    try:
        ran = subprocess.run([sys.executable, str(SCRIPTS / script), *rest], cwd=ROOT)
    except KeyboardInterrupt:  # the script has said what there is to say
        sys.exit(130)
    sys.exit(ran.returncode)
