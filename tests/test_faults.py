"""Faults on one machine; the table of faults and promises is in tests/README.md."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Project, new_project

IMAGES = "results/shapes/images.npy"
RECONSTRUCTION = "results/shapes/baseline/seed0/reconstruction.json"
LATENTS = "results/shapes/baseline/seed0/latents.npy"
FAULTS = Path(__file__).with_name("faults")


@pytest.fixture
def fresh(tmp_path) -> Project:
    """The small experiment, of which nothing was run."""
    return new_project(tmp_path / "fresh")


def start(project: Project, fault: str, *arguments: str) -> subprocess.Popen:
    """Start a run in which a fault happens (see faults/sitecustomize.py)."""
    command = [sys.executable, "-m", "snakemake", *arguments, "--configfile", "experiment.yaml"]
    return subprocess.Popen(
        [*command, "--cores", "1"],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(FAULTS), "AECLUSTER_FAULT": fault},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def paused(fresh):
    """A run that stopped where the images are about to get their name."""
    run = start(fresh, f"pause {Path(IMAGES).name}", IMAGES)
    marker = fresh.folder / "paused"
    while not (marker.exists() and marker.read_text()):
        assert run.poll() is None, run.stdout.read()
        time.sleep(0.05)
    yield run
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    run.communicate()


def same(project: Project, other: Project, *files: str) -> bool:
    """Compare artifacts, and that nothing is left beside them."""
    results = project.folder / "results"
    assert not list(results.rglob("*.draft*")) and not (results / ".resume").exists()
    return all(
        (project.folder / file).read_bytes() == (other.folder / file).read_bytes() for file in files
    )


def test_a_job_that_fails_once_succeeds_when_retried(fresh):
    run = start(fresh, f"fail {Path(IMAGES).name}", IMAGES, "--retries", "1")
    text = run.communicate(timeout=300)[0]
    assert run.returncode == 0, text
    assert "Error: images.npy: Input/output error." in text
    assert (fresh.folder / IMAGES).exists() and not list(fresh.folder.rglob("*.draft*"))


def test_killed_between_two_writes_of_a_job(fresh, finished_project):
    """The files of a job count together: what a killed job wrote is written again."""
    # The first two have others beside them; at the third, the training has ended.
    for name in ("read.json", "model.pt", "reconstruction.json"):
        run = start(fresh, f"kill {name}", RECONSTRUCTION)
        text = run.communicate(timeout=300)[0]
        assert run.returncode == -signal.SIGKILL, text
        assert not list((fresh.folder / "results/shapes").rglob(name))
    finished = fresh.run("--cores", "1", RECONSTRUCTION)
    assert finished.returncode == 0, finished.stderr
    assert "resumed after epoch 2" not in finished.stderr  # trained by the run before
    folder = str(Path(LATENTS).parent)
    names = ("model.pt", "snapshots.pt", "latents.npy", "reconstruction.json")
    files = (IMAGES, "results/shapes/read.json", *(f"{folder}/{name}" for name in names))
    assert same(fresh, finished_project, *files)


def test_snakemake_alone_killed_ends_its_jobs_and_the_next_run_continues(
    fresh, paused, finished_project
):
    job = int((fresh.folder / "paused").read_text())
    os.kill(paused.pid, signal.SIGKILL)
    paused.wait()
    end = time.monotonic() + 30
    while running(job):
        assert time.monotonic() < end, "the job outlives its run"
        time.sleep(0.1)
    assert not (fresh.folder / IMAGES).exists()
    finished = fresh.run("--cores", "1", IMAGES)
    assert finished.returncode == 0, finished.stderr
    assert same(fresh, finished_project, IMAGES)


def running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text() if Path("/proc").exists() else ""
        os.kill(pid, 0)
    except (ProcessLookupError, FileNotFoundError):
        return False
    return ") Z" not in status


def test_a_second_run_says_so_at_once_and_harms_nothing(fresh, paused, finished_project):
    second = fresh.run("--cores", "1", IMAGES)
    assert second.returncode == 1
    text = second.stdout + second.stderr
    assert f"Error: another run (process {paused.pid} on " in text
    assert paused.poll() is None and not (fresh.folder / IMAGES).exists()
    (fresh.folder / "paused").unlink()
    assert paused.wait(timeout=300) == 0
    assert same(fresh, finished_project, IMAGES)


@pytest.fixture
def own_disk(fresh):
    """A small file system as results/; returns a function that mounts it again."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    folder = fresh.folder / "results"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    yield lambda option: subprocess.run(
        ["mount", "-o", f"remount,{option}", str(folder)], check=True
    )
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize(("free", "target"), [(20_000, IMAGES), (120_000, LATENTS)])
def test_a_full_disk_is_a_sentence_and_the_same_command_finishes(
    fresh, own_disk, finished_project, free, target
):
    results = fresh.folder / "results"
    filler = results / "filler"
    room = os.statvfs(results)
    filler.write_bytes(bytes(room.f_bavail * room.f_frsize - free))
    full = fresh.run("--cores", "1", target)
    text = full.stdout + full.stderr
    assert full.returncode == 1
    assert "the disk that holds results/ is full; make room and run the same command" in text
    assert "Traceback" not in text
    assert not (fresh.folder / target).exists() and not list(results.rglob("*.draft*"))
    filler.unlink()
    finished = fresh.run("--cores", "1", target)
    assert finished.returncode == 0, finished.stderr
    assert same(fresh, finished_project, IMAGES, target)


def test_results_that_are_read_only_are_a_sentence(fresh, own_disk, finished_project):
    own_disk("ro")
    refused = fresh.run("--cores", "1", IMAGES)
    text = refused.stdout + refused.stderr
    assert refused.returncode == 1 and "Traceback" not in text
    assert "Error: results/ cannot be written to (Read-only file system)" in text
    own_disk("rw")
    assert fresh.run("--cores", "1", IMAGES).returncode == 0
    assert same(fresh, finished_project, IMAGES)
