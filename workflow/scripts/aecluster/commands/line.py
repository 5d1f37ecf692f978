"""The command line of `aecluster`."""

import argparse
import difflib
import re
import sys
from inspect import cleandoc
from pathlib import Path
from typing import NoReturn

from aecluster.commands.workflow import ROOT, configfile, experiment_files, run_workflow, start
from aecluster.errors import InputError
from aecluster.own.typed import from_make, typed

_OF_IMAGES = ("clusters", "groups", "labels", "broken", "template")


def run(given: argparse.Namespace, more: list[str]) -> None:
    """Find groups in your images, or run an experiment.

    With PATH, similar images in a folder are put into groups. Without it, the experiment of
    config.yaml runs, or that of --configfile. The results, and the page report.html, are in the
    folder results/ of the clone. A run that was stopped continues with the same command.
    """
    if given.path is not None:
        if given.configfile is not None:
            raise InputError(
                f"give {typed('IMAGES')} or --configfile, not both: an experiment names its own "
                "images."
            )
        from aecluster.commands import images

        return images.group(given, more)
    for name in _OF_IMAGES:
        if getattr(given, name) is not None:
            raise InputError(
                f"{typed(name.upper())} is about images; give {typed('IMAGES', 'PATH')} as well."
            )
    return run_workflow(more, experiment_files(given.configfile), "--cores", given.cores)


def assign(given: argparse.Namespace, more: list[str]) -> None:
    """Place new images into groups that were found.

    Nothing is trained again, and the groups stay as they are.
    """
    from aecluster.commands import images

    images.assign(given, more)


def check(given: argparse.Namespace, more: list[str]) -> None:
    """Check an experiment; nothing runs.

    A mistake is named in one sentence. Otherwise the number of steps to run is printed.
    """
    files = experiment_files(given.configfile)
    run_workflow(more, files, "--quiet", "rules", "progress", "--dry-run")


def show(given: argparse.Namespace, more: list[str]) -> None:
    """Open the page, and save the corrections made on it.

    Only this machine can reach the page. Ctrl-C ends it.
    """
    from aecluster.commands.show import show as serve

    serve(given)


def diff(given: argparse.Namespace, more: list[str]) -> None:
    """Say how two results differ in settings, code, inputs and machine.

    Each line is a key, and its value in ONE and in OTHER. Times are left out.
    """
    from aecluster.jobs.provenance import differences, load_provenance

    one, other = map(load_provenance, (given.one, given.other))
    print("\n".join(differences(one, other)) or "The same settings, code, inputs and machine.")


def job(given: argparse.Namespace, more: list[str]) -> None:
    """Run one job again, alone, and print its log: for debugging.

    FILE is a result, such as results/photos/images.npy. The files that its job reads must be there;
    nothing else runs.
    """
    files = experiment_files(given.configfile)
    start("run_job.py", [_in_clone(given.file), *more, *configfile(files)])


def why(given: argparse.Namespace, more: list[str]) -> None:
    """Say why jobs would run: which settings, modules or files have changed; nothing runs.

    Each line is a job, named by the first file that it makes, and what is not as it was when the
    job last ran. TARGET is a result or a stage, such as reduce; without it, all results are meant.
    """
    files = experiment_files(given.configfile)
    # A stage has no folder.
    target = given.target and (_in_clone(given.target) if "/" in given.target else given.target)
    start("explain_run.py", [*([target] if target else []), *more, *configfile(files)])


def _in_clone(file: str) -> str:
    """Return a path as seen from the clone, if it is in there."""
    path = Path(file).expanduser().absolute()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else file)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence."""

    def __init__(self, **kwargs):
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **kwargs)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"Error: {message.rstrip('.?')}; see `{self.prog} --help`.\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = _Parser(
        prog="aecluster",
        description="Find groups in images without labels.",
        epilog="`aecluster COMMAND --help` describes a command. Whatever follows -- goes to\n"
        "Snakemake: aecluster run -- --forceall",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def command(function, *examples: str) -> argparse.ArgumentParser:
        about = cleandoc(function.__doc__)
        added = commands.add_parser(
            function.__name__,
            help=about.splitlines()[0].rstrip("."),
            description=about,
            epilog="\n  ".join(["examples:", *examples]),
        )
        added.set_defaults(command=function, parser=added)
        return added

    of_run = command(
        run,
        "aecluster run ~/Pictures/holidays",
        "aecluster run ~/Pictures/holidays --clusters 6 --groups links",
        "aecluster run --configfile mine.yaml",
        "aecluster run -- results/photos/scores.csv      # this file and all that leads to it",
        "aecluster run -- --forceall                     # everything again",
    )
    of_run.add_argument(
        "path", nargs="?", metavar="PATH", help="a folder of images, or an array: .npy or .npz"
    )
    for option, value, text in (
        ("--clusters", "K", "the number of groups; by default, a number is suggested and used"),
        ("--groups", "{links,copies}", "make a folder for each group, of links or of copies"),
        ("--labels", "folders", "take sub-folders for classes, which score the groups"),
        ("--template", "FILE", "take models and methods from here, not from config/images.yaml"),
    ):
        of_run.add_argument(option, metavar=value, help=text)

    of_assign = command(
        assign,
        "aecluster assign ~/Pictures/later",
        "aecluster assign ~/Pictures/later --dataset holidays",
    )
    of_assign.add_argument("path", metavar="PATH", help="the new images: a folder, .npy or .npz")
    of_assign.add_argument(
        "--dataset", metavar="NAME", help="whose groups, if several folders were run"
    )
    for each in (of_run, of_assign):
        each.add_argument(
            "--broken",
            metavar="SHARE",
            help="accept this share of unreadable files; by default, 0.1",
        )
        each.add_argument(
            "--cores", default="all", metavar="N", help="how many cores to use; by default, all"
        )

    of_check = command(check, "aecluster check", "aecluster check --configfile mine.yaml")

    of_show = command(show, "aecluster show", "aecluster show --no-browser --port 8000")
    of_show.add_argument(
        "--port", type=int, default=0, metavar="N", help="by default, any port that is free"
    )
    of_show.add_argument(
        "--no-browser", action="store_true", help="print the address and open no browser"
    )

    of_diff = command(
        diff,
        "aecluster diff results/photos/baseline/seed0 results/photos/baseline/seed1",
        "aecluster diff results/photos/provenance.json ~/old/provenance.json",
    )
    for name in ("one", "other"):
        text = "a provenance.json, or the folder that it is in"
        of_diff.add_argument(name, metavar=name.upper(), help=text)

    of_job = command(job, "aecluster job results/photos/baseline/seed0/kpca200/embedding.npy")
    of_job.add_argument("file", metavar="FILE", help="a file that a job makes")

    of_why = command(why, "aecluster why", "aecluster why results/photos/scores.csv")
    of_why.add_argument(
        "target", nargs="?", metavar="TARGET", help="a result or a stage; by default, all results"
    )
    for each in (of_run, of_check, of_job, of_why):
        text = "an experiment to use instead of config.yaml"
        each.add_argument("--configfile", metavar="FILE", help=text)
    return top


def parsed(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return what a command line says, and what stands behind `--` in it."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    more = arguments[end + 1 :]
    given, unknown = parser().parse_known_args(arguments[:end])
    if unknown:
        given.parser.error(_unknown(unknown[0], given.parser))
    if more and given.command in (show, diff):
        given.parser.error(f"nothing can follow -- here, but {more[0]} does")
    return given, more


def _unknown(word: str, of_command: argparse.ArgumentParser) -> str:
    if not word.startswith("-"):
        return f"{word} is one argument too many; put quotes around a path with blanks"
    option = word.partition("=")[0]
    known = [name for action in of_command._actions for name in action.option_strings]
    if near := difflib.get_close_matches(option, known, n=1, cutoff=0.7):
        return f"there is no option {option}; the nearest is {near[0]}"
    if Path(word).exists():
        return f"a path that begins with - is written ./{word}"
    command = of_command.prog
    behind = f"{command} -- {word}"
    if from_make():
        behind = f'{command.replace("aecluster", "make")} ARGS="-- {word}"'
    return f"there is no option {option}; options of Snakemake follow --: {behind}"


def main(arguments: list[str] | None = None) -> None:
    """Run a command, and end with its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments:
        parser().print_help()
        sys.exit(2)
    given, more = parsed(arguments)
    if not (ROOT / "Snakefile").is_file():
        sys.exit(
            f"Error: the workflow must be in {ROOT}, beside the package, but is not; clone the "
            "repository and install the package from there: pip install --editable FOLDER"
        )
    if "cores" in given and given.cores != "all" and not re.fullmatch("[1-9][0-9]*", given.cores):
        sys.exit(f"Error: {typed('CORES')} is {given.cores}, but must be all or a whole number.")
    if given.command in (run, assign, job, why) and Path.cwd() != ROOT:
        print(f"Working in {ROOT}.", flush=True)  # what paths in messages are relative to
    try:
        given.command(given, more)
    except InputError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        print("Stopped. Run the same command to continue.", file=sys.stderr)
        sys.exit(130)
