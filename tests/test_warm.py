"""The process that forks for each job."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from aecluster.jobs import warm


@pytest.fixture
def process():
    return warm.WarmProcess({**os.environ, "OMP_NUM_THREADS": "1", "OF_JOBS": "yes"})


def write(folder: Path, text: str, name: str = "a script's (ü).py") -> Path:
    script = folder / name
    script.write_text(text)
    return script


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 0),
        ("import sys; sys.exit()", 0),
        ("import sys; sys.exit(3)", 3),
        ("import sys; sys.exit('a sentence')", 1),
        ("1 / 0", 1),
        ("import os; os.kill(os.getpid(), 9)", -9),
    ],
)
def test_the_exit_status_is_that_of_the_script(process, tmp_path, text, status):
    assert process.start(write(tmp_path, text)).wait() == status
    assert process.start(write(tmp_path, "")).wait() == 0  # the next is not harmed


def test_a_traceback_is_on_the_screen(tmp_path):
    script = write(tmp_path, "1 / 0")
    program = f"from aecluster.jobs.warm import *; WarmProcess({{}}).start({str(script)!r}).wait()"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(warm.__file__).parents[2])},
    )  # fmt: skip
    assert ran.stderr.startswith("Traceback") and ran.stderr.endswith("division by zero\n")


def test_a_script_finds_itself_as_in_a_process_of_its_own(process, tmp_path):
    text = """
import atexit, os, sys, threading
from pathlib import Path
here = Path(__file__).parent
assert __name__ == "__main__" and sys.argv == [__file__]
assert os.environ["OF_JOBS"] == "yes" and "aecluster" not in sys.modules
assert not any("aecluster" in name for name in sys.path)
atexit.register(lambda: (here / "atexit").touch())
threading.Timer(0.2, (here / "thread").touch).start()
"""
    assert process.start(write(tmp_path, text)).wait() == 0
    assert (tmp_path / "atexit").exists() and (tmp_path / "thread").exists()


def test_libraries_are_there_before_the_script_and_those_not_installed_are_left_out(
    process, tmp_path
):
    text = "import sys; sys.exit(int('fractions' in sys.modules))"
    script = write(tmp_path, text)
    assert process.start(script).wait() == 0
    assert process.start(script, ["fractions", "no_such_library", "math.pi"]).wait() == 1


def test_jobs_run_side_by_side_and_end_in_any_order(process, tmp_path):
    slow = process.start(write(tmp_path, "import time; time.sleep(60)", "slow.py"))
    fast = process.start(write(tmp_path, ""))
    assert fast.wait() == 0
    os.kill(slow.pid, signal.SIGKILL)
    assert slow.wait() == -9


def test_what_a_job_took_is_that_of_the_job_alone(process, tmp_path):
    hungry = """
import time
held = bytearray(300_000_000)
end = time.process_time() + 0.3
while time.process_time() < end: pass
"""
    first, second = process.start(write(tmp_path, hungry)), process.start(write(tmp_path, "", "b"))
    assert first.wait() == second.wait() == 0
    assert 0.3 <= first.usage["cpu_time"] < 1 and second.usage["cpu_time"] < 0.3
    assert first.usage["max_rss"] > 286 > second.usage["max_rss"]
    killed = process.start(write(tmp_path, "import os; os.kill(os.getpid(), 9)"))
    assert killed.wait() == -9 and not killed.usage


def test_it_ends_with_the_program_that_started_it_and_leaves_no_zombies(tmp_path):
    script = write(tmp_path, "")
    program = f"""
import os, psutil, time
from aecluster.jobs.warm import WarmProcess
process = WarmProcess(os.environ)
process.start({str(script)!r}).wait()
(child,) = psutil.Process().children()
until = time.monotonic() + 5
while child.children():
    assert time.monotonic() < until
print(child.pid)
os._exit(0)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(warm.__file__).parents[2])},
    )  # fmt: skip
    for _ in range(100):
        if not psutil.pid_exists(int(ran.stdout)):
            return
        time.sleep(0.05)
    pytest.fail("it lives on")


def test_where_it_is_gone_no_job_is_lost_silently(process, tmp_path):
    script = write(tmp_path, "")
    assert process.start(script).wait() == 0
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # one that ended meanwhile
            if warm.__file__ in child.cmdline():
                child.kill()
    with pytest.raises(ConnectionError):
        for _ in range(10):  # it may take a moment to be gone
            process.start(script)
            time.sleep(0.1)
