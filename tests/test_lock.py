"""One run at a time: a second process is refused, a killed one leaves no lock."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from aecluster.errors import InputError
from aecluster.jobs import lock
from aecluster.jobs.lock import hold_lock

HOLD = (
    "import sys; from aecluster.jobs.lock import hold_lock; hold_lock(sys.argv[1]); "
    "print('held', flush=True); sys.stdin.read()"
)
JOB = (
    "import sys, time; from aecluster.jobs.lock import end_with_run; end_with_run(); "
    "print('at work', flush=True); sys.stdin.read(); print('done')"
)
BUSY = (  # a job in compiled code that keeps Python's lock: its threads cannot run
    "import ctypes; from aecluster.jobs.lock import end_with_run; end_with_run(); "
    "print('at work', flush=True); ctypes.PyDLL(None).usleep(4_000_000); print('done')"
)


def started(program, *arguments, run=None):
    """Start a program of Python, as a job of a run if one is given."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    if run is not None:
        environment["AECLUSTER_RUN"] = run
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def me(pid=None):
    return f"{pid or os.getpid()} on {socket.gethostname()}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "run.lock"


@pytest.fixture
def holder(path):
    """A process that holds the lock until its input ends."""
    process = started(HOLD, str(path))
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.fixture(autouse=True)
def released(monkeypatch):
    """Let go of what this process locks when a test ends."""
    held = []
    monkeypatch.setattr(lock, "_held", held)
    monkeypatch.setenv("AECLUSTER_RUN", "")
    yield
    for file in held:
        file.close()


def test_a_second_process_is_refused_with_the_pid_of_the_first(path, holder):
    sentence = (
        rf"another run \(process {holder.pid} on {socket.gethostname()}\) is at work in this "
        "folder; wait until it ends"
    )
    for _ in range(2):  # being refused changes nothing
        with pytest.raises(InputError, match=sentence):
            hold_lock(path)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_ends_with_the_process(path, holder, number):
    holder.send_signal(number)
    holder.wait()
    hold_lock(path)
    assert path.read_text() == me()


def test_a_file_left_behind_is_no_lock(path):
    path.parent.mkdir()
    path.write_text("12345678901234567890")
    hold_lock(path)
    assert path.read_text() == me()


def test_a_file_system_without_locks_is_no_other_run_and_is_told_of(path, monkeypatch, capsys):
    """Lustre mounted without `flock`, for one."""

    def refuse(file, how):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    hold_lock(path)
    assert "has no locks" in capsys.readouterr().err


# Jobs.


def test_jobs_end_with_their_run_and_not_before(path, holder):
    job = started(JOB, run=f"{path}:{me(holder.pid)}")
    assert job.stdout.readline() == "at work\n"
    with pytest.raises(InputError, match="another run"):
        hold_lock(path)
    time.sleep(1.2)
    assert job.poll() is None
    holder.kill()
    assert job.wait(timeout=10) == -signal.SIGKILL and job.stdout.read() == ""
    hold_lock(path)


def test_a_job_that_cannot_end_itself_holds_up_the_next_run(path, holder, capfd):
    job = started(BUSY, run=f"{path}:{me(holder.pid)}")
    assert job.stdout.readline() == "at work\n"
    holder.kill()
    holder.wait()
    start = time.monotonic()
    hold_lock(path)
    assert time.monotonic() - start > 1 and job.wait(timeout=1) is not None
    assert "Waiting for jobs of an earlier run to end." in capfd.readouterr().err


@pytest.mark.parametrize("next_run", [True, False])
def test_a_job_that_starts_after_its_run_has_ended_does_nothing(path, holder, next_run):
    holder.kill()
    holder.wait()
    if next_run:
        hold_lock(path)
    job = started("import time; " + JOB + "; time.sleep(10)", run=f"{path}:{me(holder.pid)}")
    assert job.wait(timeout=10) == -signal.SIGKILL


IN_SLURM = f"PATH:1 on {socket.gethostname()} (Slurm job 7)"


@pytest.mark.parametrize("run", ["", "PATH:1 on another.machine", IN_SLURM])
def test_other_scripts_are_left_alone(path, holder, run):
    job = started(JOB, run=run.replace("PATH", str(path)))
    holder.kill()
    assert job.communicate(timeout=20)[0] == "at work\ndone\n"
    assert job.returncode == 0


def test_a_run_tells_its_jobs_whose_they_are(path):
    hold_lock(path)
    assert os.environ["AECLUSTER_RUN"] == f"{path}:{me()}"
