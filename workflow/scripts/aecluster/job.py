"""What every script does around its work: fix threads, write a log, say errors in one sentence."""

import errno
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aecluster.errors import InputError, printable

logger = logging.getLogger("aecluster")

_THREAD_VARIABLES = (
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
    file; a record with `extra={"show": True}` is also shown on the screen.

    On an error the log gets the traceback, the screen one sentence, and the exit code is 1.
    """
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, str(threads)))
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(log, mode="w", encoding="utf-8")
    to_file.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    to_screen = logging.StreamHandler(sys.stderr)
    to_screen.addFilter(lambda record: getattr(record, "show", False))
    logger.setLevel(logging.INFO)
    logger.handlers = [to_file, to_screen]
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").handlers = [to_file]
    try:
        yield
    except Exception as error:
        to_file.stream.write(traceback.format_exc())
        print(f"Error: {_sentence(error)} (log: {log})", file=sys.stderr)
        sys.exit(1)


def _sentence(error: Exception) -> str:
    if isinstance(error, InputError):
        return str(error)
    # torch says this as a RuntimeError
    if isinstance(error, MemoryError) or "DefaultCPUAllocator" in str(error):
        return (
            "the job ran out of memory; use fewer or smaller images (`limit`, `size`), "
            "or a smaller model (`latent_dim`)."
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk that holds results/ is full; make room and give the same command again."
    if isinstance(error, OSError) and error.filename:
        return printable(f"{error.filename}: {error.strerror}.")
    return printable(f"{type(error).__name__}: {error}")
