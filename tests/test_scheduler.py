"""What Snakemake does once instead of for each job that ends."""

import asyncio
import os
import subprocess
import sys
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
    """The names of the file, and the calls of what it replaces."""
    calls = SimpleNamespace(checksums=[], looks=[])

    async def checksum(file, *args, **kwargs):
        calls.checksums.append((file.file, args, kwargs))
        return f"sha256:{len(calls.checksums)}"

    monkeypatch.setattr(_IOFile, "checksum", checksum)
    monkeypatch.setattr(
        JobScheduler, "_schedule_reevalutation", lambda _, delay: calls.looks.append(delay)
    )
    exec(compile(SCHEDULER.read_text(), SCHEDULER, "exec"), {"os": os})
    return calls


def checksum(path: Path, *args, is_storage=False, **kwargs) -> str:
    file = SimpleNamespace(file=str(path), is_storage=is_storage)
    return asyncio.run(_IOFile.checksum(file, *args, **kwargs))


def test_a_file_is_read_once_until_it_changes(patched, tmp_path):
    file = tmp_path / "images.npy"
    file.write_bytes(b"one")
    first = checksum(file, 10)
    assert checksum(file, 10) == first and len(patched.checksums) == 1
    file.write_bytes(b"two")
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


@pytest.mark.parametrize(
    ("free", "waits", "looks"),
    [(3, False, []), (0, False, [1]), (3, True, [1]), (None, False, [1])],
)
def test_it_looks_again_only_where_something_may_start_then(patched, free, waits, looks):
    limiter = None if free is None else SimpleNamespace(get_free_jobs=lambda: free)
    dag = SimpleNamespace(has_unfinished_queue_input_jobs=lambda: waits)
    scheduler = SimpleNamespace(job_rate_limiter=limiter, workflow=SimpleNamespace(dag=dag))
    JobScheduler._schedule_reevalutation(scheduler, 1)
    assert patched.looks == looks


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
