"""One run at a time: a second process is refused, a killed one leaves no lock."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from aecluster import lock
from aecluster.errors import InputError
from aecluster.lock import hold_lock

HOLD = (
    "import sys; from aecluster.lock import hold_lock; hold_lock(sys.argv[1]); "
    "print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "run.lock"


@pytest.fixture
def holder(path):
    """A process that holds the lock until its input ends."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.fixture(autouse=True)
def released(monkeypatch):
    """Let go of what this process locks when a test ends."""
    held = []
    monkeypatch.setattr(lock, "_held", held)
    yield
    for file in held:
        file.close()


def test_a_second_process_is_refused_with_the_pid_of_the_first(path, holder):
    sentence = (
        rf"another run \(process {holder.pid}\) is at work in this folder; wait until it ends"
    )
    for _ in range(2):  # being refused changes nothing
        with pytest.raises(InputError, match=sentence):
            hold_lock(path)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_ends_with_the_process(path, holder, number):
    holder.send_signal(number)
    holder.wait()
    hold_lock(path)
    assert path.read_text() == str(os.getpid())


def test_a_file_left_behind_is_no_lock(path):
    path.parent.mkdir()
    path.write_text("12345678901234567890")
    hold_lock(path)
    assert path.read_text() == str(os.getpid())


def test_a_file_system_without_locks_is_no_other_run(path, monkeypatch):
    """Lustre mounted without `flock`, for one."""

    def refuse(file, how):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    hold_lock(path)
