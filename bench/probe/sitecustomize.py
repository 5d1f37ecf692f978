"""How long a job of a benchmarked run lived, and how long it only imported.

Python imports this at its start where this folder is on PYTHONPATH; AECLUSTER_BENCH is the folder
that gets a file for each script that Snakemake ran. Modules that are loaded already cost nothing.
"""

import atexit
import json
import os
import resource
import sys
import time
from importlib import _bootstrap
from pathlib import Path

# What came before this line is Python's own start: all of it is computing, so CPU time tells.
_startup = time.process_time()
_began = time.time() - _startup
_depth, _imports = 0, 0.0
_job = None
_find_and_load = _bootstrap._find_and_load


def _timed(name, import_):
    global _depth, _imports, _job
    # Here, since a script that runs in a fork is no longer the main module at the end.
    _job = getattr(sys.modules["__main__"], "snakemake", _job)
    _depth += 1
    began = time.perf_counter()
    try:
        return _find_and_load(name, import_)
    finally:
        _depth -= 1
        if not _depth:
            _imports += time.perf_counter() - began


def _begin_in_fork() -> None:
    """Begin anew in a fork: a job that the warm process starts has lived and imported nothing."""
    global _began, _startup, _depth, _imports
    _began, _startup, _depth, _imports = time.time(), 0.0, 0, 0.0
    atexit.register(_write)  # again: that process leaves its own exit functions out of a fork


def _write() -> None:
    job = getattr(sys.modules["__main__"], "snakemake", _job)
    if job is None:
        return
    unit = 1024**2 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    content = {
        "rule": job.rule,
        "wildcards": dict(job.wildcards.items()),
        "settings": job.params.get("settings"),
        "threads": job.threads,
        "began": _began,
        "ended": time.time(),
        "imports": _startup + _imports,
        "cpu_seconds": time.process_time(),
        "peak_mb": peak,
    }
    file = Path(os.environ["AECLUSTER_BENCH"], f"{os.getpid()}.json")
    file.with_suffix(".draft").write_text(json.dumps(content))
    file.with_suffix(".draft").rename(file)


if "AECLUSTER_BENCH" in os.environ:
    _bootstrap._find_and_load = _timed
    os.register_at_fork(after_in_child=_begin_in_fork)
    atexit.register(_write)
