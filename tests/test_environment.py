"""Machines and folders as people have them: blanks in a path, no home, no name, another Python."""

import ast
import errno
import functools
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from conftest import REPOSITORY, SMALL_EXPERIMENT, Project, new_project, write_shapes
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from snakemake.script import PythonScript, ScriptBase
from snakemake_interface_executor_plugins.executors.real import RealExecutor

from aecluster.errors import InputError
from aecluster.jobs import folders, home
from aecluster.jobs.artifacts import save_text
from aecluster.jobs.job import job

# One job reads images; the other needs PyTorch and Matplotlib, which look for a home.
CHEAP = ["results/shapes/images.npy", "results/math/skipgram.png"]


def environment(folder: Path) -> None:
    """Make .venv, as make would, with the packages of the one that these tests run in."""
    made = folder / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made], check=True)
    packages = sysconfig.get_path("purelib", vars={"base": made, "platbase": made})
    shared = "\n".join(path for path in sys.path if "-packages" in path)
    Path(packages, "shared.pth").write_text(shared)
    (made / "run-ready").write_text(
        f"{made.resolve()} {sys.version_info[0]} {sys.version_info[1]}\n"
    )


# --- packages ----------------------------------------------------------------------------------


def imported():
    """Packages, by the names that pip knows, that the library imports; none of its options."""
    scripts = REPOSITORY / "workflow/scripts"
    files = [*scripts.rglob("*.py")]
    own = {"aecluster", *(file.stem for file in scripts.glob("*.py"))}
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    tops = {module.split(".")[0] for module in modules} - sys.stdlib_module_names - own
    found = packages_distributions()
    return {canonicalize_name(found[top][0]) for top in tops - {"pillow_heif"}}


def test_what_is_imported_is_a_dependency_everywhere():
    package = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["dependencies"]
    conda = yaml.safe_load((REPOSITORY / "envs/environment.yaml").read_text())["dependencies"]
    lock = (REPOSITORY / "envs/requirements.txt").read_text().splitlines()
    pinned = {Requirement(line) for line in lock if "==" in line}
    pinned = {(canonicalize_name(one.name), str(one.specifier)) for one in pinned}
    found = imported()
    assert found >= {"numpy", "torch", "scikit-learn", "umap-learn"}
    assert found <= {canonicalize_name(Requirement(one).name) for one in package}
    of_conda = [Requirement(one) for one in conda[-1]["pip"]]
    assert found <= {canonicalize_name(one.name) for one in of_conda}
    assert {(canonicalize_name(one.name), str(one.specifier)) for one in of_conda} <= pinned


# --- blanks in a path --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def odd_place(tmp_path_factory):
    """A clone in a folder with blanks and the like, whose results/ is a link to another one."""
    place = tmp_path_factory.mktemp("places") / "My Projects (ü)/it's"
    place.mkdir(parents=True)
    project = new_project(place / "$aecluster")
    environment(project.folder)
    (place / "results of mine").mkdir()
    (project.folder / "results").symlink_to(place / "results of mine")
    return project


def make(project: Project, *targets: str, before: tuple[str, ...] = (), **variables: str):
    """`make run` of some targets; variables of None are not set."""
    given = {**os.environ, **variables}
    arguments = f"ARGS=--configfile experiment.yaml -- {' '.join(targets)}"
    return subprocess.run(
        [*before, "make", "run", "CORES=2", arguments],
        cwd=project.folder,
        capture_output=True,
        text=True,
        env={name: value for name, value in given.items() if value is not None},
    )


def test_make_run_works_in_a_folder_with_blanks_and_a_plain_locale_and_for_me_alone(odd_place):
    alone = ("sh", "-c", 'umask 077; exec "$@"', "sh")
    finished = make(odd_place, *CHEAP, before=alone, LC_ALL="C")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    for target in CHEAP:
        assert (odd_place.folder / target).stat().st_mode & 0o777 == 0o600
    assert (odd_place.folder / "results").is_symlink()


@pytest.mark.parametrize("home", [None, "/proc/none"])
def test_make_run_works_without_a_home_and_a_name(odd_place, home):
    unnamed = ("unshare", "--user", "--map-user=54321", "--map-group=54321")
    names = {"USER": None, "LOGNAME": None, "LNAME": None, "USERNAME": None}
    if shutil.which("unshare") is None or subprocess.run([*unnamed, "true"]).returncode != 0:
        pytest.skip("a user without a name needs unshare")
    results = Path(os.path.realpath(odd_place.folder / "results"))
    shutil.rmtree(results)
    results.mkdir()
    finished = make(odd_place, CHEAP[1], before=unnamed, HOME=home, XDG_CACHE_HOME=None, **names)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert (odd_place.folder / CHEAP[1]).exists()
    assert not (odd_place.folder / "~").exists()


@pytest.fixture
def interpreter():
    """The rules file that quotes Python in commands, run; afterwards Snakemake is as before."""
    before = RealExecutor.format_job_exec
    names = {}
    file = REPOSITORY / "workflow/rules/common/interpreter.smk"
    exec(compile(file.read_text(), file, "exec"), names)
    yield names
    RealExecutor.format_job_exec = before
    del PythonScript._execute_cmd


def test_snakemake_still_writes_python_into_commands_as_the_workflow_expects(
    interpreter, monkeypatch
):
    """If this fails with another Snakemake, look at how it starts scripts and jobs: what
    interpreter.smk changes may be gone, or done by Snakemake itself."""
    assert {"_execute_cmd", "execute_script"} <= {*vars(ScriptBase), *vars(PythonScript)}
    commands = []
    monkeypatch.setattr(
        ScriptBase, "_execute_cmd", lambda self, cmd, **values: commands.append(cmd)
    )
    monkeypatch.setattr(sys, "executable", "/a b/python")
    script = SimpleNamespace(container_img=None, conda_env=None, env_modules=None)
    script._execute_cmd = functools.partial(PythonScript._execute_cmd, script)
    PythonScript.execute_script(script, "a.py")
    assert commands == ["{py_exec:q} {fname:q}"]

    nothing = lambda *args, **kwargs: ""  # noqa: E731
    factory = SimpleNamespace(general_args=nothing, precommand=nothing)
    settings = SimpleNamespace(local_groupid="local")
    executor = SimpleNamespace(
        workflow=SimpleNamespace(spawned_job_args_factory=factory, group_settings=settings),
        common_settings=None,
        job_specific_local_groupid=True,
        get_job_exec_prefix=lambda job: "cd '/a b'",
        get_python_executable=lambda: sys.executable,
        get_snakefile=lambda: "Snakefile",
        get_exec_mode=lambda: SimpleNamespace(item_to_choice=lambda: "remote"),
        get_job_exec_suffix=nothing,
        get_envvar_declarations=nothing,
        get_job_args=nothing,
        additional_general_args=nothing,
    )
    words = shlex.split(RealExecutor.format_job_exec(executor, None))
    assert words[:6] == ["cd", "/a b", "&&", "/a b/python", "-m", "snakemake"]


def test_python_is_quoted_once_however_often_the_rules_are_read(interpreter):
    once = RealExecutor.format_job_exec
    file = REPOSITORY / "workflow/rules/common/interpreter.smk"
    exec(compile(file.read_text(), file, "exec"), {})
    assert RealExecutor.format_job_exec.__wrapped__ is once.__wrapped__


# --- home --------------------------------------------------------------------------------------


@pytest.fixture
def machine(monkeypatch):
    """What `make_up_for_home` sets is taken back."""
    for name in ("XDG_CACHE_HOME", "MPLCONFIGDIR", "LOGNAME"):
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    return monkeypatch


@pytest.mark.parametrize("folder", ["/dev/null", "/proc/none", "full"])
def test_caches_move_where_the_home_takes_no_files(machine, tmp_path, folder):
    machine.setenv("HOME", str(tmp_path) if folder == "full" else folder)
    if folder == "full":
        machine.setattr(home.tempfile, "TemporaryFile", full)
    home.make_up_for_home(tmp_path / "caches")
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / "caches")
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path / "caches/matplotlib")


def full(dir):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_home_that_takes_files_keeps_the_caches(machine, tmp_path):
    machine.setenv("HOME", str(tmp_path))
    home.make_up_for_home(tmp_path / "caches")
    assert "XDG_CACHE_HOME" not in os.environ and "MPLCONFIGDIR" not in os.environ


@pytest.mark.parametrize("error", [KeyError("getpwuid(): uid not found: 54321"), OSError("none")])
def test_a_user_without_a_name_gets_one(machine, tmp_path, error):
    def nameless():
        raise error

    machine.setattr(home.getpass, "getuser", nameless)
    home.make_up_for_home(tmp_path)
    assert os.environ["LOGNAME"] == f"user{os.getuid()}"


# --- Python ------------------------------------------------------------------------------------


def planned(folder: Path, *arguments: str) -> str:
    command = ["make", "--dry-run", "run", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "a b"
    shutil.copytree(REPOSITORY / "envs", folder / "envs")
    shutil.copy(REPOSITORY / "Makefile", folder)
    environment(folder)
    return folder


def test_an_environment_that_is_there_is_used(folder):
    assert "venv --clear" not in planned(folder) and "pip" not in planned(folder)


@pytest.mark.parametrize("happened", ["moved", "copied", "removed", "upgraded"])
def test_an_environment_for_another_folder_or_python_is_made_anew(folder, tmp_path, happened):
    if happened == "moved":
        folder = folder.rename(tmp_path / "elsewhere")
    elif happened == "copied":
        folder = Path(shutil.copytree(folder, tmp_path / "elsewhere", symlinks=True))
    elif happened == "removed":
        for link in (folder / ".venv/bin").glob("python*"):
            link.unlink()
            link.symlink_to("/proc/none")
    else:
        ready = folder / ".venv/run-ready"
        major, minor = sys.version_info[:2]
        ready.write_text(ready.read_text().replace(f"{major} {minor}\n", f"{major} {minor - 1}\n"))
    text = planned(folder)
    assert ".venv is made anew" in text and "-m venv --clear .venv" in text


@pytest.fixture
def check_python():
    place = REPOSITORY / "envs/check_python.py"
    spec = importlib.util.spec_from_file_location("check_python", place)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 0)])
def test_a_python_with_wheels_is_taken(check_python, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    assert check_python.reason() is None


@pytest.mark.parametrize("version", [(3, 6, 1), (3, 10, 13), (3, 14, 0), (4, 0, 0)])
def test_another_python_is_refused(check_python, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    found = ".".join(map(str, version[:2]))
    expected = f"is Python {found}, and the pinned packages are for Python 3.11 to 3.13"
    assert check_python.reason() == expected


def test_a_python_without_venv_is_refused(check_python, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert check_python.reason().startswith("has no venv (on Debian and Ubuntu")


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("no such python", "there is no no such python; name a Python that is there: make run"),
        ("old", "is Python 3.10, and the pinned packages are for Python"),
    ],
)
def test_make_refuses_a_python_before_it_makes_anything(folder, python, sentence):
    shutil.rmtree(folder / ".venv")
    if python == "old":
        python = "./old python"
        program = "import sys; sys.version_info = (3, 10, 0); exec(open(sys.argv[1]).read())"
        old = folder / python
        old.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{program}' \"$@\"\n")
        old.chmod(0o755)
    command = ["make", "run", f"PYTHON={python}"]
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    text = finished.stdout + finished.stderr
    assert finished.returncode and "Traceback" not in text
    assert sentence in text.splitlines()[-1], "make adds no line of its own"
    assert not (folder / ".venv").exists()


@pytest.fixture
def pip_cache(monkeypatch):
    for name in ("PIP_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    place = REPOSITORY / "envs/pip_cache.py"
    spec = importlib.util.spec_from_file_location("pip_cache", place)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize(
    ("home", "free", "option"),
    [
        ("there", 10**11, ""),
        ("there", 10**8, "--no-cache-dir"),
        ("full", 10**11, "--no-cache-dir"),
        ("missing", 10**11, "--no-cache-dir"),
    ],
)
def test_pip_has_a_cache_only_where_it_has_room(
    pip_cache, tmp_path, monkeypatch, home, free, option
):
    """A package that pip has built has to fit there, or pip ends."""
    (tmp_path / "there").mkdir()
    monkeypatch.setenv("HOME", "/dev/full" if home == "full" else str(tmp_path / home))
    monkeypatch.setattr(pip_cache.shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    assert pip_cache.option() == option
    assert not (tmp_path / "missing").exists()


def test_make_asks_whether_pip_has_a_cache(folder):
    (folder / ".venv/run-ready").unlink()
    assert re.search(r"-m pip install .*\s+.* envs/pip_cache\.py\)", planned(folder))


def installed(folder: Path, requirement: str, **variables: str) -> subprocess.CompletedProcess:
    """Make an environment with nothing from the network."""
    shutil.rmtree(folder / ".venv")
    (folder / "envs/requirements.txt").write_text(requirement)
    return subprocess.run(
        ["make", ".venv/run-ready", f"PYTHON={sys.executable}", "FIRST=pip"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PIP_NO_INDEX": "1", **variables},
    )


@pytest.fixture
def tiny_disk(tmp_path):
    """A folder of temporary files on a disk that is too small for pip."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_an_environment_is_made_where_temporary_files_have_little_room(folder, tiny_disk):
    finished = installed(folder, "pip\n", TMPDIR=str(tiny_disk))
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert (folder / ".venv/run-ready").exists() and (folder / ".venv/bin/pip").exists()
    assert not (folder / ".venv/unpacked").exists()


def test_an_installation_that_fails_ends_in_one_sentence(folder):
    finished = installed(folder, "no-such-package\n", HOME=str(folder / "home"))
    assert finished.returncode and "Traceback" not in finished.stderr
    assert not (folder / "home/.cache").exists()
    *_, reason, sentence = finished.stderr.splitlines()
    assert reason == "ERROR: No matching distribution found for no-such-package"
    assert sentence.startswith("Error: the packages must be installed into .venv, and could not be")
    assert not (folder / ".venv/run-ready").exists()


# --- disks -------------------------------------------------------------------------------------


def sentence_of(error: OSError, capsys) -> str:
    Path("results").mkdir(exist_ok=True)
    with pytest.raises(SystemExit), job("results/a.log"):
        raise error
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "fuller", "words"),
    [
        ("results/a.npy", "tmp", "the disk that holds results/ is full; make room and run"),
        ("tmp/torch", "results", "the folder of temporary files, is full; make room or set TMPDIR"),
        ("/elsewhere/a", "results", "the disk that holds /elsewhere is full"),
        (None, "results", "the disk that holds results/ is full"),
        (None, "tmp", "the folder of temporary files, is full; make room or set TMPDIR"),
    ],
)
def test_the_disk_that_is_full_is_the_one_named(tmp_path, monkeypatch, capsys, file, fuller, words):
    monkeypatch.chdir(tmp_path)
    temporary = str(tmp_path / "tmp")
    monkeypatch.setattr("tempfile.tempdir", temporary)
    free = {"results": 0 if fuller == "results" else 9, temporary: 0 if fuller == "tmp" else 9}
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=free[str(folder)]))
    if file == "tmp/torch":
        file = f"{temporary}/torch"
    text = sentence_of(OSError(errno.ENOSPC, "No space left on device", file), capsys)
    assert words in text and text.count("\n") == 1


def test_a_result_that_finds_no_room_says_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def no_room(file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError) as caught:
        save_text("results/a.txt", "a")
    assert caught.value.filename == "results/a.txt"


def test_results_that_link_to_nowhere_are_a_sentence(tmp_path):
    project = new_project(tmp_path / "project")
    (project.folder / "results").symlink_to(tmp_path / "gone")
    refused = project.run("--cores", "1", CHEAP[0])
    text = refused.stdout + refused.stderr
    assert refused.returncode == 1 and "Traceback" not in text
    assert f"Error: results is a link to {tmp_path / 'gone'}, which is not there" in text


@pytest.mark.parametrize("tmpdir", ["/proc/none", "full"])
def test_a_folder_of_temporary_files_that_takes_none_is_named(tmp_path, monkeypatch, tmpdir):
    if tmpdir == "full":
        tmpdir = str(tmp_path)
        monkeypatch.setattr(folders.tempfile, "TemporaryFile", file_on_a_full_disk)
    monkeypatch.setenv("TMPDIR", tmpdir)
    with pytest.raises(InputError) as caught:
        folders.check_temporary()
    assert str(caught.value).startswith(f"{tmpdir}, the folder of temporary files, cannot be")
    assert "results" not in str(caught.value)


def file_on_a_full_disk(dir, **options):
    """A file that can be made where no byte can be written."""
    return Path("/dev/full").open("wb")


def test_results_that_take_no_byte_are_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(folders.tempfile, "TemporaryFile", file_on_a_full_disk)
    with pytest.raises(InputError, match=r"cannot be written to \(No space left on device\)"):
        folders.check_writable(tmp_path)


def test_nothing_starts_without_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/proc/none")
    project = new_project(tmp_path / "project")
    refused = project.run("--cores", "1", CHEAP[0])
    text = refused.stdout + refused.stderr
    assert refused.returncode == 1 and "Traceback" not in text
    assert "Error: /proc/none, the folder of temporary files, cannot be written to" in text
    assert not (project.folder / CHEAP[0]).exists()


# --- as a module -------------------------------------------------------------------------------

HOST = """
configfile: "config.yaml"

module aecluster:
    snakefile: {snakefile!r}
    config: config["images"]

use rule * from aecluster{renamed}

rule without_code:
    output: "without_code.txt"
    script: "touch.py"

rule with_code:
    output: "with_code.txt"
    params: code="theirs"
    script: "touch.py"
"""


def host(folder: Path, snakefile: str, renamed: str) -> Project:
    """Make a workflow of somebody else that uses this one, without its profile."""
    folder.mkdir()
    text = HOST.format(snakefile=str(REPOSITORY / snakefile), renamed=renamed)
    (folder / "Snakefile").write_text(text)
    (folder / "touch.py").write_text("open(snakemake.output[0], 'w')\n")
    experiment = {
        **SMALL_EXPERIMENT,
        "datasets": {"shapes": SMALL_EXPERIMENT["datasets"]["shapes"]},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump({"theirs": 1, "images": experiment}))
    write_shapes(folder / "data/images.npy", folder / "data/labels.npy", n_images=60, seed=0)
    return Project(folder)


def theirs(project: Project, *arguments: str) -> str:
    command = [sys.executable, "-m", "snakemake", "--config", "theirs=2", "--cores", "2"]
    finished = subprocess.run(
        [*command, *arguments], cwd=project.folder, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("snakefile", "renamed"), [("Snakefile", ""), ("workflow/Snakefile", " as ae_*")]
)
def test_as_a_module_everything_is_planned_without_a_target(tmp_path, snakefile, renamed):
    text = theirs(host(tmp_path / "their workflow", snakefile, renamed), "--dry-run")
    for rule in ("read_images", "train_model", "math_lstm", "report_page"):
        assert f"rule {renamed and 'ae_'}{rule}:" in text


def test_as_a_module_it_runs_in_another_folder_and_not_again(tmp_path):
    project = host(tmp_path / "their workflow", "workflow/Snakefile", " as ae_*")
    targets = [*CHEAP, "without_code.txt", "with_code.txt"]
    theirs(project, *targets)
    assert all((project.folder / target).exists() for target in targets)
    assert "Nothing to be done" in theirs(project, *targets)
