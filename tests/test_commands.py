"""The command `aecluster`, and the function for notebooks."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import REPOSITORY
from PIL import Image

import aecluster
from aecluster import cluster_images, commands
from aecluster.errors import InputError


def ran(*arguments: str, folder=REPOSITORY) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "aecluster", *arguments], cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": str(REPOSITORY / "workflow/scripts"), "PATH": "", "HOME": "/tmp"},
    )  # fmt: skip


def test_help_names_every_command():
    said = ran("--help").stdout
    for name in ("run", "assign", "check", "show", "diff", "job"):
        assert f"\n    {name}" in said
        assert ran(name, "--help").returncode == 0


@pytest.mark.parametrize(
    ("given", "script", "rest"),
    [
        (["run"], "run_workflow.py", ["--cores", "all"]),
        (
            ["run", "--cores", "2", "--configfile", "/x.yaml", "--", "--forceall"],
            "run_workflow.py", ["--cores", "2", "--configfile", "/x.yaml", "--forceall"],
        ),
        (
            ["run", "/a b", "--clusters", "6", "--groups", "links"], "own_images.py",
            ["--cores", "all", "run", "--images=/a b", "--clusters=6", "--groups=links",
             "--labels=", "--broken="],
        ),
        (
            ["assign", "/new", "--dataset", "d"], "own_images.py",
            ["--cores", "all", "assign", "--new=/new", "--dataset=d"],
        ),
        (["check"], "run_workflow.py", ["--quiet", "rules", "progress", "--dry-run"]),
        (["show", "--no-browser"], "show.py", ["--port", "0", "--no-browser"]),
        (["diff", "/a", "/b"], "compare_provenance.py", ["/a", "/b"]),
        (["job", "results/x.npy", "--configfile", "/e.yaml"], "run_job.py",
         ["results/x.npy", "--configfile", "/e.yaml"]),
    ],
)  # fmt: skip
def test_what_a_command_starts(given, script, rest, monkeypatch):
    started = []
    finished = subprocess.CompletedProcess([], 7)
    monkeypatch.setattr(commands.subprocess, "run", lambda c, cwd: started.append(c) or finished)
    with pytest.raises(SystemExit, match="7"):
        commands.main(given)
    assert started == [[sys.executable, str(commands.SCRIPTS / script), *rest]]
    assert (commands.SCRIPTS / script).is_file()


def test_errors_are_sentences():
    assert ran("run", "/nowhere").stderr == (
        "Error: IMAGES is /nowhere, but nothing is there (/nowhere); check the path.\n"
    )
    assert ran("diff", "/a", "/b").stderr.startswith("Error: /a")
    assert ran("assign").returncode == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["run", "--clusters", "6"], "--clusters applies to images; give the path"),
        (["run", "/x", "--configfile", "/e.yaml"], "give a folder of images or --configfile"),
        (["run", ""], "the path is empty"),
        (["assign", ""], "the path is empty"),
        (["show", "--", "x"], "nothing can follow -- here: x"),
    ],
)
def test_what_does_not_apply_is_refused(given, sentence):
    with pytest.raises(SystemExit, match=sentence):
        commands.main(given)


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


def test_one_job_runs_again_and_shows_its_log(project):
    file = "results/shapes/baseline/seed0/kpca6/embedding.npy"
    before = (project.folder / file).read_bytes()
    said = subprocess.run(
        [sys.executable, "workflow/scripts/run_job.py", file, "--configfile", "experiment.yaml"],
        cwd=project.folder, capture_output=True, text=True,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(".log:") == 1 and "reduce.log:" in said.stdout
    assert "s of processor time" in said.stdout
    assert (project.folder / file).read_bytes() == before


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
