"""The process that forks for each job."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from in_process import ROOT, SMALL
from snakemake.settings.types import ConfigSettings, DAGSettings

import run_job
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
        ("import os; os.kill(os.getpid(), 15)", -15),
        ("import os; os._exit(3)", 3),
        ("import ctypes; ctypes.string_at(0)", -11),
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
import atexit, gc, os, sys, threading, weakref
from pathlib import Path
here = Path(__file__).parent
assert __name__ == "__main__" and sys.argv == [__file__]
assert os.environ["OF_JOBS"] == "yes" and "aecluster" not in sys.modules
assert gc.isenabled()
assert not any("aecluster" in name for name in sys.path)
atexit.register(lambda: (here / "atexit").touch())
weakref.finalize(here.__class__, lambda: (here / "finalize").touch())
threading.Timer(0.2, (here / "thread").touch).start()
"""
    assert process.start(write(tmp_path, text)).wait() == 0
    assert {"atexit", "finalize", "thread"} <= {path.name for path in tmp_path.iterdir()}


def test_what_libraries_do_at_the_end_of_python_is_not_done_after_each_job(tmp_path):
    """An exit function and a finalizer of the process that forks."""
    library = """
import atexit, pathlib, weakref
atexit.register(pathlib.Path("at exit").touch)
weakref.finalize(pathlib.Path, pathlib.Path("finalized").touch)
"""
    (tmp_path / "library.py").write_text(library)
    process = warm.WarmProcess({**os.environ, "PYTHONPATH": str(tmp_path)})
    script = write(tmp_path, f"import library, os; os.chdir({str(tmp_path)!r})")
    assert process.start(script, ["library"]).wait() == 0
    assert not {"at exit", "finalized"} & {path.name for path in tmp_path.iterdir()}


def test_libraries_are_there_before_the_script_and_those_not_installed_are_left_out(
    process, tmp_path
):
    text = "import sys; sys.exit(int('fractions' in sys.modules))"
    script = write(tmp_path, text)
    assert process.start(script).wait() == 0
    assert process.start(script, ["fractions", "no_such_library", "math.pi"]).wait() == 1


def test_libraries_of_later_jobs_are_imported_meanwhile(tmp_path):
    process = warm.WarmProcess(os.environ, ["no_such_library", "fractions"])
    script = write(tmp_path, "import sys; sys.exit(int('fractions' in sys.modules))")
    end = time.monotonic() + 60
    while not process.start(script).wait():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_run_tells_what_its_jobs_will_import_and_when(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("images.npy", np.random.default_rng(0).integers(0, 256, (60, 16, 16), np.uint8))
    data = {"own": {"source": "npy", "images": "images.npy"}}
    Path("experiment.json").write_text(json.dumps({**SMALL, "datasets": data}))
    settings = ConfigSettings(configfiles=[Path("experiment.json")])
    workflow = run_job.planned(
        DAGSettings(targets=frozenset(["all"])), settings, ROOT / "Snakefile"
    )
    libraries = list(workflow.globals["libraries_of_run"]())
    places = list(map(libraries.index, ("PIL", "torch", "sklearn.cluster", "jinja2")))
    assert places == sorted(places) and len(libraries) == len(set(libraries))
    # Its import compiles it, and these images do not need it.
    assert "pynndescent" not in {name.partition(".")[0] for name in libraries}


def test_a_job_waits_for_one_library_of_later_jobs_at_most(tmp_path):
    names = [f"slow{number}" for number in range(100)]
    for name in names:
        (tmp_path / f"{name}.py").write_text("import time; time.sleep(1)")
    process = warm.WarmProcess({**os.environ, "PYTHONPATH": str(tmp_path)}, names)
    for _ in range(2):
        began = time.monotonic()
        assert process.start(write(tmp_path, "")).wait() == 0
        assert time.monotonic() - began < 10


def test_a_library_may_run_programs_when_it_is_imported(tmp_path):
    text = "import subprocess, time; subprocess.Popen(['true']); time.sleep(1)"
    (tmp_path / "runs_a_program.py").write_text(text)
    process = warm.WarmProcess({**os.environ, "PYTHONPATH": str(tmp_path)})
    script = write(tmp_path, "import sys; sys.exit(int('runs_a_program' in sys.modules))")
    assert process.start(script).wait() == 0
    assert process.start(script, ["runs_a_program"]).wait() == 1


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
