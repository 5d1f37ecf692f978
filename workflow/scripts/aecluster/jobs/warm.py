"""A process that has imported the libraries once, and forks for each job.

Starting Python and importing libraries takes a second or more, often longer than the job itself.
A fork has them at once. The project's own code is not among them: each job reads it anew, as a
process of its own would.

While no job begins, the libraries of later ones are imported.

The fork server of `multiprocessing` does not fit: it gives the exit status of a process to only one
thread, and imports the program that started it into each child.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import logging
import os
import resource
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
import weakref
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_MOST_BYTES = 65536  # of a request

# Of the process that forks: where it tells how each fork ended, in case the fork could not.
_running: dict[int, int] = {}


@dataclass
class Started:
    """A job that runs.

    Attributes
    ----------
    pid : int
    usage : dict of str to float
        What it took, by the names of Snakemake's benchmarks; empty until its end, and where it was
        killed.
    """

    pid: int
    _told: int
    usage: dict[str, float] = field(default_factory=dict)

    def wait(self) -> int:
        """Wait for its end; return its exit status, the negative number of a signal that ended it.

        Where the process that forks is gone, it is that of SIGKILL.
        """
        with os.fdopen(self._told, "rb") as told:
            end = told.readline()  # the process that forks keeps its end open for a while
        if not end:
            return -signal.SIGKILL
        code, self.usage = json.loads(end)
        return code


class WarmProcess:
    """The process that forks, as the program sees it that starts jobs.

    It ends with that program. Only on systems where a fork is safe after libraries are loaded: not
    on macOS.

    Parameters
    ----------
    environment : mapping of str to str
        Its environment variables, and those of the jobs: libraries read the number of threads when
        they load.
    libraries : iterable of str
        Modules of the jobs to come, in their order; those that are not installed are left out.
    """

    def __init__(self, environment: Mapping[str, str], libraries: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, __file__, str(theirs.fileno())]
        with theirs:
            subprocess.Popen(command, pass_fds=[theirs.fileno()], env=dict(environment))
        self._socket.send("\0".join(libraries).encode())

    def start(self, script: str | os.PathLike, libraries: Iterable[str] = ()) -> Started:
        """Import libraries, but for those that are there already, and run a script in a fork.

        Parameters
        ----------
        script : path
        libraries : iterable of str
            Modules; those that are not installed are left out.

        Raises
        ------
        ConnectionError
            If the process is gone; the script was not started.
        """
        request = "\0".join([os.fspath(script), *libraries])
        reading, writing = os.pipe()
        try:
            with self._lock:
                socket.send_fds(self._socket, [os.fsencode(request)], [writing])
        except OSError as error:
            os.close(reading)
            raise ConnectionError(str(error)) from error
        finally:
            os.close(writing)
        pid = os.read(reading, 4)
        if not pid or pid[0]:  # nothing, or the end of a fork that had not begun: no pid is so high
            os.close(reading)
            raise ConnectionError("the process that forks has ended, or the fork")
        return Started(int.from_bytes(pid, "big"), reading)


def _serve(connection: socket.socket) -> tuple[str, int]:
    """Fork for each request; return, in the fork, its script and where to tell of its end."""
    later = deque(filter(None, connection.recv(_MOST_BYTES).decode().split("\0")))
    while True:
        while later and not select.select([connection], [], [], 0)[0]:
            _load(later.popleft())
        request, told, _, _ = socket.recv_fds(connection, _MOST_BYTES, 1)
        if not request:
            os._exit(0)
        script, *needed = os.fsdecode(request).split("\0")
        for name in needed:
            _load(name)
        gc.freeze()  # so that a fork does not copy what it never changes
        _forget_exit_functions()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        pid = os.fork()
        if pid == 0:
            return script, told[0]
        _running[pid] = told[0]
        signal.signal(signal.SIGCHLD, _collect)
        _collect()  # it may have ended before


def _forget_exit_functions() -> None:
    """Leave what libraries want to do at the end of Python out of the end of each fork.

    It takes longer than many a job. This process ends without, too.
    """
    atexit._clear()
    for finalizer in list(weakref.finalize._registry):
        finalizer.atexit = False
    weakref.finalize._registered_with_atexit = False  # so that those of a script are seen to
    for module, name in (("logging", "shutdown"), ("multiprocessing.util", "_exit_function")):
        if module in sys.modules:  # and these end what a script has begun
            atexit.register(getattr(sys.modules[module], name))


@functools.cache
def _load(name: str) -> None:
    """Import a module, once, if it is installed; a job that needs it says what is wrong."""
    with contextlib.suppress(Exception):
        importlib.import_module(name)


def _collect(*_) -> None:
    """Leave no zombies, and tell of the end of forks, of which a signal ends some before they can.

    Ignored children would vanish as well, and the time of the processor that they took with them.
    """
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            pid, status = ended
            told = _running.pop(pid, None)  # None: a program that the import of a library ran
            if told is not None:
                _tell(told, os.waitstatus_to_exitcode(status), {})
                os.close(told)


def _tell(told: int, code: int, usage: dict[str, float]) -> None:
    """Say how a fork ended; only what is said first is heard."""
    with contextlib.suppress(BrokenPipeError):
        os.write(told, json.dumps([code, usage]).encode() + b"\n")


def _run(script: str, told: int) -> None:
    """Run a script as Python would by itself, and tell its process id and its exit status."""
    os.write(told, os.getpid().to_bytes(4, "big"))
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(Path(script).name)  # what `ps` and `top` show
    code = 0
    try:
        sys.argv = [script]
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    _tell(told, code, _usage())
    os._exit(code)


def _usage() -> dict[str, float]:
    """Return what this process took: seconds of the processor, and memory and traffic in MB."""
    who = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    own, children = map(resource.getrusage, who)
    usage = {
        "cpu_time": sum(each.ru_utime + each.ru_stime for each in (own, children)),
        "max_rss": max(own.ru_maxrss, children.ru_maxrss) / 1024,
    }
    with contextlib.suppress(OSError, KeyError, ValueError):  # not every container shows these
        usage["max_vms"] = int(_shown("status")["VmPeak"].split()[0]) / 1024
        traffic = _shown("io")
        usage["io_in"] = int(traffic["read_bytes"]) / 1024**2
        usage["io_out"] = int(traffic["write_bytes"]) / 1024**2
    return usage


def _shown(file: str) -> dict[str, str]:
    """Return what Linux shows of this process in a file of /proc, by its names."""
    lines = Path("/proc/self", file).read_text().splitlines()
    return dict(line.split(":", 1) for line in lines)


def _main(connection: int) -> None:
    logging.captureWarnings(True)  # those of imports are of no use on the screen
    gc.disable()  # looking for garbage takes a third of the time of imports, and finds little
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    script, told = _serve(socket.socket(fileno=connection))
    for other in _running.values():
        os.close(other)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.enable()
    _run(script, told)


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file
    _main(int(sys.argv[1]))
