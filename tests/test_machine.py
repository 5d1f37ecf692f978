"""How much of a machine, or of a container on it, the jobs of a run take."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aecluster.errors import InputError
from aecluster.jobs import machine
from aecluster.sources.memory import check_memory

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def eight_cores_and_8_gb(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 2_000_000, "SC_PAGE_SIZE": 4000}.get)


@pytest.fixture
def container(tmp_path):
    def with_files(groups, files):
        for name, text in {"proc/self/cgroup": groups, **files}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text + "\n")
        return tmp_path

    return with_files


@pytest.mark.parametrize(
    ("groups", "files", "cores"),
    [
        ("0::/", {}, 8),
        ("0::/", {"cpu.max": "max 100000"}, 8),
        ("0::/", {"cpu.max": "150000 100000"}, 1),
        ("0::/", {"cpu.max": "250000 100000"}, 2),
        ("0::/", {"cpu.max": "1000 100000"}, 1),
        ("0::/", {"cpu.max": "6400000 100000"}, 8),
        ("0::/", {"cpu.max": "nonsense"}, 8),
        # of a group and those that it is in the least; a path of the host that is not seen here
        ("0::/a/b", {"a/b/cpu.max": "max 100000", "a/cpu.max": "350000 100000"}, 3),
        ("0::/docker/1f", {"cpu.max": "450000 100000"}, 4),
        ("3:cpuset:/\n2:cpu,cpuacct:/", {"cpu/cpu.cfs_quota_us": "-1"}, 8),
        (
            "3:cpuset:/\n2:cpu,cpuacct:/docker/1f\n0::/",
            {"cpu/cpu.cfs_quota_us": "150000", "cpu/cpu.cfs_period_us": "50000"},
            3,
        ),
        (
            "2:cpuacct:/",
            {"cpu/cpu.cfs_quota_us": "150000", "cpu/cpu.cfs_period_us": "50000"},
            8,
        ),
    ],
)
def test_cores_are_those_that_the_quota_of_a_container_pays_for(container, groups, files, cores):
    files = {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    assert machine.cores(container(groups, files)) == cores


def test_cores_are_those_that_the_process_is_bound_to(container, tmp_path, monkeypatch):
    root = container("0::/", {"sys/fs/cgroup/cpu.max": "300000 100000"})
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 7})
    assert machine.cores(root) == 2
    monkeypatch.delattr(os, "sched_getaffinity")  # macOS
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert machine.cores(root) == 3
    assert machine.cores(tmp_path / "no proc, no sys") == 4


@pytest.mark.parametrize(
    ("groups", "files", "gigabytes"),
    [
        ("0::/", {}, 8),
        ("0::/", {"memory.max": "max"}, 8),
        ("0::/a", {"a/memory.max": "3000000000", "memory.max": "2000000000"}, 2),
        ("4:memory:/docker/1f", {"memory/memory.limit_in_bytes": "9223372036854771712"}, 8),
        ("4:memory:/docker/1f", {"memory/memory.limit_in_bytes": "1500000000"}, 1.5),
    ],
)
def test_memory_is_what_the_container_may_have(container, groups, files, gigabytes):
    files = {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    assert machine.memory(container(groups, files)) == gigabytes * 10**9


def test_images_that_fit_the_machine_but_not_the_container_are_refused(monkeypatch):
    check_memory((10**9,), "uint8", "The images", "use fewer")
    monkeypatch.setattr("aecluster.sources.memory.memory", lambda: 10**9)
    with pytest.raises(
        InputError, match=r"The images need 1\.0 GB of memory, but only 1\.0 GB are"
    ):
        check_memory((10**9,), "uint8", "The images", "use fewer")


# Two jobs that need more memory together than a made-up machine has; each looks for the other.
WORKFLOW = f"""
import sys, time
sys.path.insert(0, {str(ROOT / "workflow/scripts")!r})
import snakemake.utils
from aecluster.jobs import machine

snakemake.utils.available_cpu_count = lambda: 8
machine.cores, machine.memory = lambda: 3, lambda: config.get("memory", 1000) * 10**6
ROOT = Path({str(ROOT)!r})
include: {str(ROOT / "workflow/rules/common/config.smk")!r}
include: {str(ROOT / "workflow/rules/common/machine.smk")!r}

if workflow.is_main_process:
    print("cores", workflow._cores, "mem_mb", workflow.global_resources.get("mem_mb").value)

rule all:
    input: "a", "b"

rule large:
    output: "{{name}}"
    resources: mem_mb=lambda wc: {{"a": 600, "b": 5000}}[wc.name]
    run:
        other = "b" if wildcards.name == "a" else "a"
        mine, others = Path(f"{{wildcards.name}}-at-work"), Path(f"{{other}}-at-work")
        mine.touch()
        until = time.monotonic() + config["wait"]
        while not others.exists() and time.monotonic() < until:
            time.sleep(0.1)
        Path(output[0]).write_text("met" if others.exists() else "alone")
        time.sleep(1)
        mine.unlink()
"""


@pytest.fixture
def run(tmp_path):
    def run_with(*arguments, fails=False):
        (tmp_path / "Snakefile").write_text(WORKFLOW)
        finished = subprocess.run(
            [sys.executable, "-m", "snakemake", "--forceall", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert (finished.returncode != 0) == fails, finished.stderr
        return finished.stderr if fails else finished.stdout

    return run_with


def test_jobs_that_together_need_too_much_memory_run_one_after_the_other(run, tmp_path):
    run("--cores", "2", "--config", "wait=1")
    assert [(tmp_path / name).read_text() for name in "ab"] == ["alone", "alone"]
    run("--cores", "2", "--config", "wait=60", "--resources", "mem_mb=20000")
    assert "met" in [(tmp_path / name).read_text() for name in "ab"]


@pytest.mark.parametrize(
    ("arguments", "bounds"),
    [
        (["--cores", "8"], "cores 3 mem_mb 1000"),  # what `--cores all` gives here
        (["--cores", "7"], "cores 7 mem_mb 1000"),
        (["--cores", "2", "--resources", "mem=3GB"], "cores 2 mem_mb 3000"),
        # Slurm has nodes of its own
        (["--executor", "slurm", "--jobs", "4"], "mem_mb None"),
    ],
)
def test_the_command_line_and_a_cluster_are_not_bounded_by_the_machine(run, arguments, bounds):
    assert bounds in run("--dry-run", *arguments)


def test_too_little_memory_for_any_run_is_told_before_one(run, tmp_path):
    error = run("--cores", "2", "--config", "memory=600", "wait=1", fails=True)
    assert error.splitlines()[-1] == (
        "Error: aecluster needs at least 700 MB of memory, but this machine or container allows "
        "600 MB; raise that limit."
    )
    assert not (tmp_path / "a").exists()
    run("--dry-run", "--config", "memory=700")
