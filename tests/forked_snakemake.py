"""Runs of Snakemake from a process that has imported it once: each in a fork of its own.

Most of a test's dry run is the import of Snakemake. Nothing of the project is imported before the
fork, so each run reads the copy that it works in, as a Python of its own would.
"""

import atexit
import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path


class ForkedSnakemake:
    """A server for the runs of one process of tests; it ends with it."""

    def __init__(self):
        self._server = None

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
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self._server.stdin.close)


def serve() -> None:
    """Read one run a line, and answer with its exit status."""
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
            _run(json.loads(line))
        _, status = os.waitpid(process, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def _run(asked: dict) -> None:
    """Be that run, in this process, and end."""
    from snakemake.cli import main

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
