"""What stands on the screen when the workflow runs as `aecluster run` and `check` start it."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import Project, new_project
from photographs import write_images
from test_environment import environment

START = "workflow/scripts/run_workflow.py"
# What nobody has to know.
JARGON = re.compile(
    r"Using shell|Conda env|Select jobs|Traceback|WorkflowError|jobid|rule |Provided cores|DAG"
)
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Project:
    return new_project(tmp_path_factory.mktemp("screen") / "project")


def command(*arguments: str) -> list[str]:
    return [sys.executable, START, *arguments, "--cores", "2", "--configfile", "experiment.yaml"]


def piped(project: Project, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run without a terminal."""
    return subprocess.run(
        command(*arguments), cwd=project.folder, capture_output=True, text=True, timeout=300,
        env={**os.environ, **environment},
    )  # fmt: skip


def on_terminal(
    project: Project, *arguments: str, columns: int = 100, **environment: str
) -> tuple[int, str]:
    """Run on a terminal of so many columns; return the exit code and all that was written."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        command(*arguments), cwd=project.folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", **environment}, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    text = b""
    while True:
        try:
            text += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    return process.wait(), text.decode()


def lines_of(text: str) -> list[str]:
    """Return the lines that a terminal has shown, each state of what changes in place too."""
    return [line.strip() for line in re.split(r"[\r\n]+", ESCAPES.sub("", text)) if line.strip()]


IMAGES = "results/shapes/images.npy"


def test_through_a_pipe_there_are_plain_lines(fresh):
    ran = piped(fresh, IMAGES, FORCE_COLOR="1")
    assert ran.returncode == 0, ran.stderr
    assert "\x1b" not in ran.stderr and not JARGON.search(ran.stdout + ran.stderr)
    assert re.search(r"^1 step done in \d+ s\.$", ran.stderr, re.MULTILINE)
    assert ran.stdout.endswith("Look at:\n")  # where, as `snakemake` alone says it
    (log,) = (fresh.folder / ".snakemake/log").iterdir()
    assert "rule read_images:" in log.read_text()
    assert "Conda environments: ignored" in log.read_text()
    again = piped(fresh, IMAGES)
    assert again.stderr == "Nothing has to run: all results are there.\n"


@pytest.mark.parametrize(("columns", "no_color"), [(100, ""), (30, "1")])
def test_a_terminal_shows_what_goes_on_in_place(fresh, columns, no_color):
    (fresh.folder / IMAGES).unlink(missing_ok=True)
    code, text = on_terminal(fresh, IMAGES, columns=columns, NO_COLOR=no_color)
    shown = lines_of(text)
    assert code == 0, text
    assert not JARGON.search(text)
    assert "\x1b[2K" in text  # in place
    assert bool(re.search(r"\x1b\[(\d+;)*[349]\d(;\d+)*m", text)) == (not no_color)
    assert "reading the images" in shown
    head = "0 of 1 steps" if columns < 60 else "━" * 24 + "  0 of 1 steps"
    assert head in shown
    assert text.index("1 step done in ") < text.index("Look at:")


def test_a_check_is_one_line(fresh):
    for arguments, line in [
        ((), r"The experiment is sound; it has \d+ steps to run\."),
        ((IMAGES,), r"The experiment is sound; (it has 1 step|all its results).*"),
    ]:
        ran = piped(fresh, "--quiet", "rules", "progress", "--dry-run", *arguments)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
        assert re.fullmatch(line + "\n", ran.stdout)


def test_make_adds_no_line_to_an_error(fresh):
    environment(fresh.folder)
    experiment = "--configfile experiment.yaml -- --config seeds=x"
    for target in ("run", "check"):
        ran = subprocess.run(
            ["make", target, f"ARGS={experiment}"], cwd=fresh.folder, capture_output=True, text=True
        )
        assert ran.returncode, ran.stdout
        assert ran.stderr == "Error: seeds must be a list, but is the text 'x'.\n"
    ran = subprocess.run(
        ["make", "run", "IMAGES=nowhere"], cwd=fresh.folder, capture_output=True, text=True
    )
    assert ran.returncode and ran.stderr.count("\n") == 1 and ran.stderr.startswith("Error: ")


def in_script(name: str, code: str):
    def change(project: Project) -> None:
        file = project.folder / "workflow/scripts" / name
        file.write_text(code + "\n" + file.read_text())

    return change


def equal_images(project: Project) -> None:
    np.save(project.folder / "data/images.npy", np.zeros((60, 16, 16, 3), np.uint8))


def defect_in_rules(project: Project) -> None:
    with (project.folder / "Snakefile").open("a") as file:
        file.write("\n1 + 'a'\n")


@pytest.mark.parametrize(
    ("change", "arguments", "sentence", "names_log"),
    [
        (None, ["--config", "seeds=x"], "Error: seeds must be a list, but is the text 'x'.", False),
        (None, ["nothing.csv"], "Error: nothing makes nothing.csv; check its name.", True),
        (None, ["--nonsense"], "Error: unrecognized arguments: --nonsense", False),
        (None, ["--jobs", "x"], "Error: Error parsing number of jobs", False),
        (None, ["--profile", "nowhere"], "Error: profile directory given (nowhere), but no", False),
        (defect_in_rules, [IMAGES], "Error: TypeError: unsupported operand type(s)", True),
        (equal_images, [IMAGES], "Error: all 60 images of ", False),
        (
            in_script("read_images.py", "import os; os.kill(os.getpid(), 9)"),
            [IMAGES],
            "Error: reading the images was killed, most often because the memory ran out;",
            True,
        ),
    ],
    ids=["experiment", "target", "option", "number", "profile", "rules", "job", "killed"],
)
def test_an_error_is_one_sentence_and_the_last_line(
    tmp_path, change, arguments, sentence, names_log
):
    project = new_project(tmp_path / "project")
    if change:
        change(project)
    ran = piped(project, *arguments)
    assert ran.returncode, ran.stderr
    assert ran.stdout == ""
    *before, last = ran.stderr.splitlines()
    assert last.startswith(sentence)
    assert not JARGON.search(ran.stderr) and "Error:" not in "\n".join(before)
    logs = [line.removeprefix("The log of this run: ") for line in before if "The log" in line]
    assert len(logs) == names_log
    for log in logs:
        assert (project.folder / log).read_text()


def wait_for_job(project: Project) -> None:
    scripts = project.folder / ".snakemake/scripts"
    for _ in range(600):
        if scripts.exists() and any(Path(scripts).iterdir()):
            time.sleep(0.5)
            return
        time.sleep(0.1)
    raise AssertionError("no job has begun")


def wait_for_start(project: Project) -> None:
    """When one more Python has come and gone, the first has begun, however busy the machine."""
    subprocess.run([sys.executable, "-c", "import contextlib, io, signal, threading"], check=True)
    time.sleep(0.4)


@pytest.mark.parametrize("wait", [wait_for_start, wait_for_job])
def test_an_interrupt_ends_with_one_sentence(tmp_path, wait):
    """Sent to the process alone, as some tools do; a terminal sends it to the jobs as well."""
    project = new_project(tmp_path / "project")
    in_script("read_images.py", "import time; time.sleep(100)")(project)
    text = interrupted(project, command(IMAGES), wait)
    assert text.splitlines()[-1] == "Stopped. Run the same command to continue."
    assert not JARGON.search(text) and "Error" not in text


def interrupted(project: Project, command: list[str], wait) -> str:
    """Start, wait, send an interrupt to this one process; return what was on the screen."""
    # A process that ignores interrupts, as in the background of a script, would hand that down.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command, cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": "workflow/scripts"},
    ) as process:  # fmt: skip
        try:
            wait(project)
            process.send_signal(signal.SIGINT)
            _, text = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    return text


OWN_IMAGES = "run", "photos", "--clusters=2"
EXPERIMENT = "run", "--configfile", "experiment.yaml", "--", IMAGES


@pytest.mark.parametrize("arguments", [OWN_IMAGES, EXPERIMENT])
def test_an_interrupt_of_the_command_ends_with_one_sentence(tmp_path, arguments):
    project = new_project(tmp_path / "project")
    write_images(project.folder / "photos", 12)
    in_script("read_images.py", "import time; time.sleep(100)")(project)
    text = interrupted(project, [sys.executable, "-m", "aecluster", *arguments], wait_for_job)
    assert text.splitlines()[-1] == "Stopped. Run the same command to continue."
    assert text.count("Stopped") == 1 and not JARGON.search(text)


def test_an_error_of_own_images_is_the_last_line(tmp_path):
    project = new_project(tmp_path / "project")
    write_images(project.folder / "photos", 12)
    in_script("read_images.py", "import nonsuch")(project)
    ran = project.aecluster(*OWN_IMAGES)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith(
        "Error: reading the images failed with ModuleNotFoundError: No module named 'nonsuch'."
    )
    assert not JARGON.search(ran.stdout + ran.stderr)
