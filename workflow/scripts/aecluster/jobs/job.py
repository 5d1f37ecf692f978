"""What every script does around its work: threads, a log, errors in one sentence, its end."""

import logging
import os
import resource
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aecluster.errors import NO_ROOM, InputError, printable
from aecluster.jobs.lock import end_with_run

logger = logging.getLogger("aecluster")

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


@contextmanager
def job(log: str | os.PathLike, threads: int = 1) -> Iterator[None]:
    """Run the block with a fixed number of threads and a log; end the process on an error.

    Import the heavy libraries inside the block: they read the number of threads when they load.
    A fixed number keeps results the same whatever `--cores` is. `logger.info` goes to the log
    file; a record with `extra={"show": True}` is also shown on the screen. The last line of the log
    says what the job took.

    On an error the log gets the traceback, log and screen get one sentence, and the exit code is 1.
    A job whose run has ended ends too (see `lock`).
    """
    end_with_run()
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))
    try:
        _start_log(Path(log))
        yield
        logger.info(_cost())
    except Exception as error:
        sentence = f"Error: {sentence_of(error)} (log: {log})"
        with suppress(OSError), Path(log).open("a", encoding="utf-8") as file:
            print(traceback.format_exc(), sentence, sep="", file=file)
        print(sentence, file=sys.stderr)
        sys.exit(1)


def _cost() -> str:
    """Say what the job took, exactly: Snakemake's benchmarks look every 30 seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    return f"{seconds:.2f} s of processor time, at most {_peak_mib():.0f} MiB of memory"


def _peak_mib() -> float:
    """Return the most resident memory so far; Linux keeps it for this program alone, while what
    `getrusage` gives begins with that of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _start_log(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(path, mode="w", encoding="utf-8")
    to_file.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    to_screen = logging.StreamHandler(sys.stderr)
    to_screen.addFilter(lambda record: getattr(record, "show", False))
    logger.setLevel(logging.INFO)
    logger.handlers = [to_file, to_screen]
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").handlers = [to_file]
    logging.raiseExceptions = False  # no tracebacks where the disk has no room for a line


def sentence_of(error: Exception) -> str:
    """Return what to say of an error that ends a process."""
    if isinstance(error, InputError):
        return str(error)
    # torch says this as a RuntimeError
    if isinstance(error, MemoryError) or "DefaultCPUAllocator" in str(error):
        return (
            "the job ran out of memory; use fewer or smaller images (`limit`, `size`), "
            "or a smaller model (`latent_dim`)."
        )
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return _full_disk(error.filename2 or error.filename)
    if isinstance(error, OSError) and error.filename:
        return printable(f"{error.filename}: {error.strerror}.")
    return printable(f"{type(error).__name__}: {error}")


def _full_disk(file: str | None) -> str:
    """Say which disk is full: that of the file or, where an error names none, the fuller one of
    those that jobs write to."""
    temporary = tempfile.gettempdir()
    if file is None:
        file = min("results", temporary, key=lambda folder: shutil.disk_usage(folder).free)
    if Path(file).is_relative_to(temporary):
        return printable(
            f"the disk that holds {temporary}, the folder of temporary files, is full; make room "
            "or set TMPDIR to another folder, and run the same command again."
        )
    folder = "results/" if Path(file).parts[0] == "results" else Path(file).parent
    return printable(
        f"the disk that holds {folder} is full; make room and run the same command again."
    )
