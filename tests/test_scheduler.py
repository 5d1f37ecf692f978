"""What Snakemake does once instead of for each job that ends."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.io import _IOFile
from snakemake.scheduling.job_scheduler import JobScheduler

SCHEDULER = Path(__file__).parents[1] / "workflow/rules/common/scheduler.smk"
# Jobs for one core, and two files that all of them read, for two outputs each.
WORKFLOW = f"""
import hashlib
import os

digest_of = hashlib.file_digest

def noted_digest(file, algorithm):
    with open("digests", "a") as notes:
        print(file.name, file=notes)
    return digest_of(file, algorithm)

hashlib.file_digest = noted_digest

include: {str(SCHEDULER)!r}

select_jobs = JobScheduler.job_selector

def noted_selection(scheduler, jobs):
    with open("selections", "a") as notes:
        print(len(jobs), file=notes)
    return select_jobs(scheduler, jobs)

JobScheduler.job_selector = noted_selection

rule all:
    input: expand("{{n}}.txt", n=range(16))

rule work:
    input: "one", "other"
    output: "{{n}}.txt", "{{n}}.log"
    shell: "sleep 0.2; touch {{output}}"
"""


@pytest.fixture
def patched(monkeypatch):
    """The calls of the checksum that the file replaces."""
    calls = SimpleNamespace(checksums=[])

    async def checksum(file, *args, **kwargs):
        calls.checksums.append((file.file, args, kwargs))
        return f"sha256:{len(calls.checksums)}"

    monkeypatch.setattr(_IOFile, "checksum", checksum)
    monkeypatch.setattr(JobScheduler, "_schedule_reevalutation", None)
    exec(compile(SCHEDULER.read_text(), SCHEDULER, "exec"), {})
    return calls


def checksum(path: Path, *args, is_storage=False, **kwargs) -> str:
    file = SimpleNamespace(file=str(path), is_storage=is_storage)
    return asyncio.run(_IOFile.checksum(file, *args, **kwargs))


def test_a_file_is_read_once_until_it_changes(patched, tmp_path):
    file = tmp_path / "images.npy"
    file.write_bytes(b"one")
    first = checksum(file, 10)
    assert checksum(file, 10) == first and len(patched.checksums) == 1
    file.write_bytes(b"another")
    second = checksum(file, 10)
    assert second != first and checksum(file, 10) == second
    other = tmp_path / "other"
    other.write_bytes(b"two")
    other.replace(file)
    assert checksum(file, 10) not in (first, second)
    assert checksum(file, 10, algorithm="md5") != checksum(file, 10)
    assert [call[1:] for call in patched.checksums][2:] == [
        ((10,), {}),
        ((10,), {"algorithm": "md5"}),
    ]


def test_a_file_that_is_missing_or_elsewhere_is_looked_for_each_time(patched, tmp_path):
    assert checksum(tmp_path / "missing") != checksum(tmp_path / "missing")
    copy = tmp_path / "of a store"
    copy.touch()
    assert checksum(copy, is_storage=True) != checksum(copy, is_storage=True)


def test_it_looks_once_after_a_delay_and_only_where_a_core_is_free(patched):
    looks = []
    scheduler = SimpleNamespace(
        resources={"_cores": 0}, _open_jobs=SimpleNamespace(release=lambda: looks.append(1))
    )
    JobScheduler._schedule_reevalutation(scheduler, 0.05)
    time.sleep(0.2)
    assert not looks
    scheduler.resources["_cores"] = 2
    for expected in (1, 2):
        for _ in range(3):
            JobScheduler._schedule_reevalutation(scheduler, 0.05)
        time.sleep(0.2)
        assert len(looks) == expected


def test_a_run_reads_inputs_once_and_selects_once_for_each_job(tmp_path):
    (tmp_path / "Snakefile").write_text(WORKFLOW)
    for name in ("one", "other"):
        (tmp_path / name).write_text(name)
    run = [sys.executable, "-m", "snakemake", "--cores", "1", "--scheduler", "greedy"]
    ran = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    read = (tmp_path / "digests").read_text().split()
    assert sorted(name for name in read if name in ("one", "other")) == ["one", "other"]
    assert 17 <= len((tmp_path / "selections").read_text().split()) <= 20
