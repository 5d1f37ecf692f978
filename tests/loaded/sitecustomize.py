"""Write down which of the project's modules each job has loaded, into AECLUSTER_LOADED.

Python imports this at its start where this folder is on PYTHONPATH.
"""

import atexit
import json
import os
import pickle
import sys
from pathlib import Path

folder = os.environ.get("AECLUSTER_LOADED")
jobs = []
loads = pickle.loads


def loads_and_keeps(*args, **kwargs):
    """Keep what Snakemake hands to a script."""
    found = loads(*args, **kwargs)
    if type(found).__name__ == "Snakemake":
        jobs.append(found)
    return found


def write_down() -> None:
    if jobs:
        pickle.loads = loads
        (job,) = jobs
        modules = sorted(name for name in sys.modules if name.split(".")[0] == "aecluster")
        written = {"rule": job.rule, "code": job.params.get("code"), "modules": modules}
        Path(folder, f"{os.getpid()}.json").write_text(json.dumps(written))


if folder:
    pickle.loads = loads_and_keeps
    atexit.register(write_down)
    # A fork begins without the exit functions of the process that forks.
    os.register_at_fork(after_in_child=lambda: atexit.register(write_down))
