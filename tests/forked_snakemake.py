"""Runs of Snakemake from a process that has imported it once: each in a fork of its own.

Most of a test's dry run is the import of Snakemake, and much of a run is the import of the
libraries of its jobs. So the warm process that forks the jobs is here itself forked, from a
template that has imported them. Nothing of the project is imported before a fork: each run reads
the copy that it works in, as a Python of its own would. What a fork cannot show, such as another
order of sets, is tested where Python starts as usual: with AECLUSTER_WARM=0, and in the finished
project of all tests.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import numpy

LIBRARIES = (  # of jobs; others are imported as in any run
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.figure",
    "onnxruntime", "pandas", "PIL.Image", "pyarrow.parquet", "scipy.optimize", "scipy.stats",
    "sklearn.cluster", "sklearn.decomposition", "sklearn.metrics", "sklearn.neighbors",
    "statsmodels.stats.multitest", "torch._dynamo", "torch.optim",
)  # fmt: skip
WARM = "workflow/scripts/aecluster/jobs/warm.py"
# Variables that a run sets for its jobs: the threads are one here too.
OF_RUNS = {
    "TMPDIR", "TMP", "TEMP", "TEMPDIR", "GOTO_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "PYTEST_CURRENT_TEST",
}  # fmt: skip
_MOST_BYTES = 131072


class ForkedSnakemake:
    """A server for the runs of one process of tests; it ends with it."""

    def __init__(self):
        self._server, self._environment = None, dict(os.environ)

    def run(self, *arguments: str, cwd: Path, timeout: int) -> subprocess.CompletedProcess:
        """Run `python -m snakemake` with arguments; return the finished process with its text.

        Raises
        ------
        subprocess.TimeoutExpired
            After `timeout` seconds.
        """
        if self._server is None:
            self._start()
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("out", "err")]
            asked = {"arguments": arguments, "cwd": str(cwd), "environment": dict(os.environ)}
            asked |= {"out": str(files[0]), "err": str(files[1]), "timeout": timeout}
            self._server.stdin.write(json.dumps(asked) + "\n")
            self._server.stdin.flush()
            code = json.loads(self._server.stdout.readline())
            out, err = (file.read_text(encoding="utf-8", errors="replace") for file in files)
        command = [sys.executable, "-m", "snakemake", *arguments]
        if code == -14:
            raise subprocess.TimeoutExpired(command, timeout, out, err)
        return subprocess.CompletedProcess(command, code, out, err)

    def _start(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=self._environment,
        )  # fmt: skip
        atexit.register(self._server.stdin.close)


def serve() -> None:
    """Read one run a line, and answer with its exit status."""
    warm, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        warm.close()
        serve_warm(theirs)
    theirs.close()

    import jsonschema  # noqa: F401
    import pandas  # noqa: F401
    import snakemake.cli
    import snakemake.report  # noqa: F401

    gc.collect()
    gc.freeze()  # so that a fork neither looks through it nor copies it
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _run(json.loads(line), warm)
        _, status = os.waitpid(process, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def serve_warm(connection: socket.socket) -> None:
    """Import the libraries of jobs; become, in a fork, each process that a run asks for."""
    with open(os.devnull) as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asked, files, _, _ = socket.recv_fds(connection, _MOST_BYTES, 3)
        if not asked:
            os._exit(0)
        if os.fork() == 0:
            connection.close()
            _be_warm(json.loads(asked), files)
        for file in files:
            os.close(file)


def _be_warm(asked: dict, files: list[int]) -> None:
    """Run the script of a warm process, as Python would, and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    run, *streams = files
    for number, file in enumerate(streams, 1):
        os.dup2(file, number)
        os.close(file)
    tempfile.tempdir = None
    random.seed()
    numpy.random.seed()  # noqa: NPY002
    sys.argv = [asked["script"], str(run)]
    sys.path[0] = str(Path(asked["script"]).parent)
    runpy.run_path(asked["script"], run_name="__main__")
    os._exit(0)


def _forking(connection: socket.socket) -> type[subprocess.Popen]:
    """Return a Popen that asks the template for a fork where a run starts its warm process.

    Where the environment is another one, which libraries may read when they load, Python starts.
    """
    usual = dict(os.environ)

    class Popen(subprocess.Popen):
        def __new__(cls, *arguments, **options):
            command = arguments[0] if arguments else options["args"]
            script = str(command[1]) if isinstance(command, list) and len(command) == 3 else ""
            environment = dict(options.get("env") or os.environ)
            if not script.endswith(WARM) or _differs(environment, usual):
                return super().__new__(cls)
            asked = {"script": script, "cwd": str(Path.cwd()), "environment": environment}
            [run] = options["pass_fds"]
            socket.send_fds(connection, [json.dumps(asked).encode()], [run, 1, 2])
            return None

    return Popen


def _differs(environment: dict[str, str], usual: dict[str, str]) -> set[str]:
    """Return the variables that differ, but for those that no library reads when it loads."""
    pairs = environment.items() ^ usual.items()
    return {name for name, _ in pairs if name not in OF_RUNS and not name.startswith("AECLUSTER_")}


def _run(asked: dict, warm: socket.socket) -> None:
    """Be that run, in this process, and end."""
    from snakemake.cli import main

    subprocess.Popen = _forking(warm)
    signal.alarm(asked["timeout"])
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    files = (("/dev/null", "r"), (asked["out"], "w"), (asked["err"], "w"))
    for number, (name, mode) in enumerate(files):
        with open(name, mode) as file:  # noqa: PTH123
            os.dup2(file.fileno(), number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.path[0] = asked["cwd"]
    sys.argv = ["snakemake", *asked["arguments"]]
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    atexit._run_exitfuncs()
    os._exit(code)


if __name__ == "__main__":
    serve()
