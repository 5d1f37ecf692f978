"""The command `aecluster`, and the function for notebooks."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY
from PIL import Image

import aecluster
from aecluster import cluster_images
from aecluster.commands import images, line, show, workflow
from aecluster.errors import InputError


def ran(*arguments: str, folder=REPOSITORY) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "aecluster", *arguments], cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": str(REPOSITORY / "workflow/scripts"), "PATH": "", "HOME": "/tmp"},
    )  # fmt: skip


def test_help_names_every_command():
    said = ran("--help").stdout
    for name in ("run", "assign", "check", "show", "diff", "job", "why"):
        assert f"\n    {name}" in said
        assert ran(name, "--help").returncode == 0


@pytest.fixture
def started(monkeypatch):
    """The processes that a command starts, each with what it does with their output; all fail."""
    processes = []

    class Failing:
        returncode = 7

        def __init__(self, command, cwd, stdout):
            processes.append((*command, stdout))

        def poll(self):
            return self.returncode

    monkeypatch.setattr(workflow.subprocess, "Popen", Failing)
    return processes


@pytest.mark.parametrize(
    ("given", "script", "rest"),
    [
        ("run", "run_workflow.py", "--cores all"),
        (
            "run --cores 2 --configfile config.yaml -- x.csv --forceall",
            "run_workflow.py", "x.csv --forceall --cores 2 --configfile {root}/config.yaml",
        ),
        ("check", "run_workflow.py", "--quiet rules progress --dry-run"),
        (
            "check --configfile config.yaml", "run_workflow.py",
            "--quiet rules progress --dry-run --configfile {root}/config.yaml",
        ),
        ("job results/x.npy -- -n", "run_job.py", "results/x.npy -n"),
        ("job {root}/results/x.npy --configfile config.yaml", "run_job.py",
         "results/x.npy --configfile {root}/config.yaml"),
        ("why", "explain_run.py", ""),
        ("why {root}/results/x.npy -- -F", "explain_run.py", "results/x.npy -F"),
        ("why reduce --configfile config.yaml", "explain_run.py",
         "reduce --configfile {root}/config.yaml"),
    ],
)  # fmt: skip
def test_what_a_command_starts(given, script, rest, started, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    with pytest.raises(SystemExit, match="7"):
        line.main(given.format(root=REPOSITORY).split())
    rest = rest.format(root=REPOSITORY).split()
    assert started == [(sys.executable, str(workflow.SCRIPTS / script), *rest, None)]
    assert (workflow.SCRIPTS / script).is_file()


def test_files_of_a_job_are_found_from_the_current_folder(started, monkeypatch, tmp_path, capsys):
    (tmp_path / "results/photos").mkdir(parents=True)
    monkeypatch.setattr(line, "ROOT", tmp_path)
    (tmp_path / "Snakefile").touch()
    monkeypatch.chdir(tmp_path / "results/photos")
    with pytest.raises(SystemExit, match="7"):
        line.main(["job", "images.npy"])
    assert started[0][2] == "results/photos/images.npy"
    assert capsys.readouterr().out == f"Working in {tmp_path}.\n"


def test_options_reach_what_groups_images(monkeypatch):
    found = []
    monkeypatch.setattr(images, "group", lambda given, more: found.append((given, more)))
    line.main(["run", "a b", "--clusters=6", "--groups", "links", "--", "--forceall"])
    [(given, more)] = found
    assert (given.path, given.clusters, given.groups, given.cores) == ("a b", "6", "links", "all")
    assert given.labels is given.broken is given.template is None and more == ["--forceall"]


def test_an_interrupt_waits_for_the_workflow_to_end(monkeypatch):
    """It ends its jobs, which takes a moment."""
    sent = []

    class Slow:
        returncode = None

        def poll(self):
            return self.returncode

        def wait(self):
            if not sent:
                raise KeyboardInterrupt
            self.returncode = 130

        send_signal = sent.append

    monkeypatch.setattr(workflow.subprocess, "Popen", lambda *_, **__: Slow())
    with pytest.raises(SystemExit, match="130"):
        workflow.start("run_workflow.py", [])
    assert sent == [signal.SIGINT]


def test_a_run_that_was_killed_is_told(monkeypatch):
    killed = "import os; os.kill(os.getpid(), 9)"
    popen = subprocess.Popen
    monkeypatch.setattr(
        workflow.subprocess, "Popen", lambda *_, **__: popen([sys.executable, "-c", killed])
    )
    with pytest.raises(SystemExit, match="the run was killed, most often because the memory"):
        workflow.start("run_workflow.py", [])


def test_errors_are_sentences():
    assert ran("run", "/nowhere").stderr == (
        "Error: the path is /nowhere, but nothing is there; correct it.\n"
    )
    assert ran("diff", "/a", "/b").stderr.startswith("Error: /a cannot be read")
    assert ran("diff", "/a", "/b").returncode == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["assign"], "the following arguments are required: PATH; see `aecluster assign --help`."),
        (["run", "--cluster", "6"], "there is no option --cluster; the nearest is --clusters; see"),
        (["run", "-n"], "no option -n; options of Snakemake follow --: aecluster run -- -n; see"),
        (["run", "my", "photos"], "photos is one argument too many; put quotes around a path"),
        (["run", "-README.md"], "a path that begins with - is written ./-README.md; see"),
        (["show", "--", "x"], "nothing can follow -- here, but x does; see"),
        (["show", "--port", "x"], "invalid int value: 'x'; see `aecluster show --help`"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(given, sentence, capsys, monkeypatch, tmp_path):
    (tmp_path / "-README.md").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        line.main(given)
    said = capsys.readouterr().err
    assert end.value.code == 2 and said.startswith("Error: ") and said.count("\n") == 1
    assert sentence in said


def test_after_make_snakemakes_options_are_in_args(capsys, monkeypatch):
    monkeypatch.setenv("AECLUSTER_FROM_MAKE", "yes")
    with pytest.raises(SystemExit):
        line.main(["check", "--forceall"])
    assert 'follow --: make check ARGS="-- --forceall"; see' in capsys.readouterr().err


def test_without_a_command_the_help_is_shown(capsys):
    with pytest.raises(SystemExit, match="2"):
        line.main([])
    assert capsys.readouterr().out.startswith("usage: aecluster ")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["run", "--clusters", "6"], "--clusters is about images; give the path as well"),
        (["run", "--template", "x"], "--template is about images; give the path as well"),
        (["run", "/x", "--configfile", "/e.yaml"], "give the path or --configfile, not both"),
        (["run", ""], "the path is empty"),
        (["assign", ""], "the path is empty"),
        (["check", "--configfile", ""], "--configfile is empty"),
        (["run", "--cores", "0"], "--cores is 0, but must be all or a whole number"),
        (["show", "--port", "70000"], "port 70000 cannot be used"),
    ],
)
def test_what_does_not_apply_is_refused(given, sentence, monkeypatch, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results/report.html").touch()
    (tmp_path / "config.yaml").touch()
    monkeypatch.setattr(show, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=sentence):
        line.main(given)


@pytest.mark.parametrize(
    "text",
    [
        "datasets: [",
        "datasets: [a]",
        "[datasets]",
        "datasets: {a: [folder]}",
        "datasets: {a: {source: folder, path: 3}}",
        "\0",
    ],
)
def test_a_broken_config_hides_no_folder_of_own_images(text, tmp_path):
    (tmp_path / "config.yaml").write_text(text)
    (tmp_path / "own.yaml").write_text("datasets: {own: {source: folder, path: /photos}}")
    files = [tmp_path / "config.yaml", tmp_path / "own.yaml", tmp_path / "missing.yaml"]
    assert show._folders(files) == {"own": Path("/photos")}


def test_seeds_are_needed():
    with pytest.raises(InputError, match="seeds is empty"):
        cluster_images(pictures()[0], 2, seeds=())


def test_diff_of_two_results(project):
    files = [
        project.folder / f"results/{dataset}/provenance.json" for dataset in ("shapes", "others")
    ]
    said = ran("diff", *map(str, files))
    assert said.returncode == 0 and "images" in said.stdout
    assert ran("diff", *map(str, files[:1] * 2)).stdout.startswith("The same settings")


EMBEDDING = "results/shapes/baseline/seed0/kpca6-pca/embedding.npy"
BEFORE_IT = "results/shapes/baseline/seed0/kpca6/embedding.npy"


def job(project, file, *arguments):
    return project.aecluster("job", file, "--configfile", "experiment.yaml", *arguments)


def test_one_job_runs_again_and_shows_its_log(project):
    """Alone, even where the code of what leads to it has changed."""
    before = (project.folder / EMBEDDING).read_bytes()
    read = (project.folder / BEFORE_IT).stat().st_mtime_ns
    made = (project.folder / EMBEDDING).stat().st_mtime_ns
    project.edit("workflow/scripts/reduce.py", "with job", "print()\nwith job")
    assert BEFORE_IT in project.planned(EMBEDDING)
    said = job(project, EMBEDDING)
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(".log:") == 1 and "reduce.log:" in said.stdout
    assert "s of processor time" in said.stdout and "Look at:" not in said.stdout
    assert (project.folder / EMBEDDING).read_bytes() == before
    assert (project.folder / EMBEDDING).stat().st_mtime_ns > made
    assert (project.folder / BEFORE_IT).stat().st_mtime_ns == read


def test_a_job_without_its_inputs_says_how_to_make_them(project):
    (project.folder / BEFORE_IT).unlink()
    said = job(project, EMBEDDING)
    assert said.returncode == 1 and said.stderr.splitlines()[-1] == (
        f"Error: {EMBEDDING} is made from {BEFORE_IT}, which is not there; make it first: "
        f"aecluster run --configfile {project.folder / 'experiment.yaml'} -- {BEFORE_IT}"
    )
    assert not (project.folder / BEFORE_IT).exists()


def test_a_file_that_no_job_makes_is_told_with_the_nearest(project):
    said = job(project, EMBEDDING.replace("kpca6-pca", "kpca-pca"))
    assert said.returncode == 1
    assert f"; the nearest are {EMBEDDING}, " in said.stderr.splitlines()[-1]
    (project.folder / "results/mine").mkdir()
    (project.folder / "results/mine/experiment.yaml").touch()
    said = project.aecluster("job", "results/mine/images.npy")
    assert said.stderr.endswith(": add --configfile results/mine/experiment.yaml.\n")


def test_a_file_of_another_experiment_is_told_without_a_plan_of_all_jobs(monkeypatch, tmp_path):
    import run_job  # and Snakemake, which nothing else here needs

    planned = []

    def plan(settings, *_):
        planned.append(settings.targets)
        raise run_job.MissingRuleException("a file")

    monkeypatch.setattr(run_job, "planned", plan)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/mine").mkdir(parents=True)
    (tmp_path / "results/mine/experiment.yaml").touch()
    file = "results/mine/images.npy"
    with pytest.raises(InputError, match="its experiment is results/mine/"):
        run_job.job_of(file, run_job.options_of([file]))
    assert planned == [{file}]


def pictures() -> tuple[np.ndarray, np.ndarray]:
    """Stripes and spots: (60, 48, 48, 3), and which is which."""
    rng = np.random.default_rng(0)
    kinds = np.arange(60) % 2
    images = rng.integers(0, 60, (60, 48, 48, 3), dtype=np.uint8)
    rows, columns = np.mgrid[:48, :48]
    for image, kind in zip(images, kinds, strict=True):
        period = rng.integers(8, 14)
        stripes = rows % period < period // 2
        spots = (rows % period - 3) ** 2 + (columns % period - 3) ** 2 < 9
        image[spots if kind else stripes] += 190
    return images, kinds


def test_groups_of_an_array():
    images, kinds = pictures()
    found = cluster_images(images, n_clusters=2, seeds=(0, 1))
    assert max((found.groups == kinds).mean(), (found.groups != kinds).mean()) == 1
    assert found.groups.shape == found.confidence.shape == (60,)
    assert found.plane.shape == (60, 2) and found.files == []
    assert (found.confidence > 0.5).all() and (found.confidence <= 1).all()
    again = cluster_images(images, n_clusters=2, seeds=(0, 1))
    assert np.array_equal(found.groups, again.groups)
    assert np.array_equal(found.plane, again.plane)


def test_groups_of_a_folder(tmp_path):
    images, kinds = pictures()
    for number, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / f"{number:02}.png")
    found = cluster_images(tmp_path, n_clusters=2, seeds=(0,))
    assert sorted(found.files) == [f"{number:02}.png" for number in range(60)]
    kinds = kinds[[int(name.removesuffix(".png")) for name in found.files]]
    assert max((found.groups == kinds).mean(), (found.groups != kinds).mean()) == 1


@pytest.mark.parametrize(
    ("images", "n", "sentence"),
    [
        (np.zeros((20, 8, 8, 3)), 2, "images must be uint8 of the shape"),
        (np.zeros((20, 8, 8, 4), np.uint8), 2, "images must be uint8 of the shape"),
        ("/nowhere", 2, "nothing is there"),
        (np.zeros((4, 8, 8, 3), np.uint8), 2, "there are 4 images, but 10 are needed"),
        (np.zeros((20, 8, 8, 3), np.uint8), 2.5, "n_clusters is 2.5, but must be a whole number"),
        (np.zeros((20, 8, 8, 3), np.uint8), 1, "n_clusters is 1, but must be a whole number"),
        (np.zeros((20, 8, 8, 3), np.uint8), 2, "all 20 images"),
    ],
)
def test_what_cannot_be_grouped_is_said(images, n, sentence):
    with pytest.raises(InputError, match=sentence):
        cluster_images(images, n)


def test_importing_the_package_is_cheap():
    code = "import sys, aecluster; assert 'numpy' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code], check=True,
        env={"PYTHONPATH": str(REPOSITORY / "workflow/scripts")},
    )  # fmt: skip
    with pytest.raises(AttributeError, match="no attribute nothing"):
        aecluster.nothing  # noqa: B018
