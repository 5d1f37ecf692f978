"""Jobs that a dead run left in Slurm, with a Slurm of two small scripts."""

import os

import pytest

from aecluster.errors import InputError
from aecluster.jobs.lock import hold_lock
from aecluster.jobs.orphans import end_orphans, slurm_jobs

RUN = "0e9ffe12-1562-4b6b-b869-2b90d7628aa3"


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A folder with the queue; scancel removes jobs from it, one at a time."""
    folder = tmp_path / "slurm"
    folder.mkdir()
    queue = folder / "queue"
    queue.touch()
    for name, text in {
        "squeue": f'cat "{queue}"',
        "scancel": f'echo "$@" >> "{folder}/cancelled"; sed -i 1d "{queue}"',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "lock"
    hold_lock(path)
    return path


def test_jobs_of_dead_runs_in_this_folder_are_cancelled_until_none_is_left(
    slurm, lock, tmp_path, capsys
):
    (slurm / "queue").write_text(
        f"12|{RUN}|{tmp_path}\n12|{RUN}|{tmp_path}\n7|site_{RUN}|{tmp_path}/slurm/..\n"
    )
    end_orphans(tmp_path, lock)
    assert (slurm / "queue").read_text() == ""
    assert (slurm / "cancelled").read_text().splitlines() == ["7 12", "7 12", "7"]
    assert "left jobs in Slurm, which are cancelled: 7, 12." in capsys.readouterr().err


def test_other_folders_and_other_jobs_of_this_folder_are_left_alone(slurm, lock, tmp_path):
    others = f"1|{RUN}|{tmp_path}/a|b\n2|snakemake|{tmp_path}\n3|{RUN}-x|{tmp_path}\n"
    (slurm / "queue").write_text(others)
    assert slurm_jobs(tmp_path) == []
    assert slurm_jobs(tmp_path / "a|b") == ["1"]
    end_orphans(tmp_path, lock)
    assert (slurm / "queue").read_text() == others
    assert not (slurm / "cancelled").exists()


def test_without_locks_a_person_decides(slurm, tmp_path):
    """Nothing holds the file: the file system has no locks, so the other run may be alive."""
    (slurm / "queue").write_text(f"5|{RUN}|{tmp_path}\n")
    with pytest.raises(InputError, match="if it is not, `scancel 5`, and run"):
        end_orphans(tmp_path, tmp_path / "lock")
    assert not (slurm / "cancelled").exists()


def test_jobs_that_do_not_end(slurm, lock, tmp_path):
    (slurm / "queue").write_text(f"5|{RUN}|{tmp_path}\n")
    (slurm / "scancel").write_text("#!/bin/sh\n")
    with pytest.raises(InputError, match=r"do not end \(5\); wait until `squeue --me`"):
        end_orphans(tmp_path, lock, patience=0.1)


def test_a_slurm_that_does_not_answer(slurm, lock, tmp_path):
    (slurm / "squeue").write_text("#!/bin/sh\necho no controller >&2\nexit 1\n")
    with pytest.raises(InputError, match=r"squeue failed \(no controller\)"):
        end_orphans(tmp_path, lock)
