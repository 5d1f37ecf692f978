"""Two processes that write the same artifact: a job whose node was given up, and its retry."""

import os
import socket
import subprocess
import sys
import time

import numpy as np

from aecluster.jobs.artifacts import load_array, save_array, written_whole

WRITE = """
import sys
import numpy as np
from aecluster.jobs.artifacts import save_array
array = np.arange(300_000.0)
print("ready", flush=True)
for _ in range(60):
    save_array(sys.argv[1], array)
"""


def test_readers_see_whole_files_while_two_processes_write(tmp_path):
    path = tmp_path / "embedding.npy"
    expected = np.arange(300_000.0)
    save_array(path, expected)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(path)], stdout=subprocess.PIPE, env=environment
        )
        for _ in range(2)
    ]
    for writer in writers:
        writer.stdout.readline()
    reads = 0
    while any(writer.poll() is None for writer in writers):
        np.testing.assert_array_equal(load_array(path), expected)
        reads += 1
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert reads > 10
    assert [file.name for file in tmp_path.iterdir() if "draft" in file.name] == []


def test_only_drafts_that_nobody_writes_are_removed(tmp_path):
    host = socket.gethostname()
    finished = subprocess.Popen([sys.executable, "-c", ""])
    finished.wait()
    live = tmp_path / f".embedding.{host}-{os.getppid()}.draft.npy"
    dead = tmp_path / f".embedding.{host}-{finished.pid}.draft.npy"
    elsewhere = tmp_path / ".embedding.other.site-12.draft.npy"
    long_ago = tmp_path / ".embedding.another-12.draft.npy"
    for draft in (live, dead, elsewhere, long_ago):
        draft.touch()
    os.utime(long_ago, times=(time.time() - 7200,) * 2)
    with written_whole(tmp_path / "embedding.npy") as draft:
        draft.touch()
    assert live.exists() and elsewhere.exists()
    assert not dead.exists() and not long_ago.exists()
