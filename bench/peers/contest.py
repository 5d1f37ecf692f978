"""One run of one side, as a whole process from the files to the groups, as a record of numbers.

A record holds peer and run. That of a run that came to its end has seconds, cpu_seconds and peak_mb
(of the process and all its children) and what `scores` gives; of another one `failed`, a sentence.
That of aecluster has seconds_to_groups too: until its table of groups was written, before the page.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.metrics.registry import compute_metrics
from aecluster.sources import folder as image_folder
from bench import ROOT
from bench.peers.files import read_groups
from bench.peers.known import OWN, PEERS, Peer
from bench.sides import copy_repository
from bench.watch import Watched, watch

# The libraries below NumPy, SciPy, PyTorch, numba and joblib each read their own.
_THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA")
_VERSIONS = """
import importlib.metadata, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Images:
    """A folder with a sub-folder a class. The labels score, and nothing else sees them."""

    folder: Path
    names: list[str]
    labels: np.ndarray
    n_clusters: int


def find_images(path: str, n_clusters: int | None) -> Images:
    """List the images; without a number of groups, it is that of the sub-folders.

    Raises
    ------
    InputError
        If there is no path, there are no images, or no two sub-folders.
    """
    if not path:
        raise InputError("there is no folder of images: make bench-peers IMAGES=FOLDER.")
    folder = Path(path).expanduser().resolve()
    source = image_folder.load(path=folder, labels="folders")
    if source.labels is None:
        raise InputError(
            f"{path} has no two sub-folders with images; the benchmark needs one for each class."
        )
    return Images(folder, source.names, source.labels, n_clusters or len(source.class_names))


def installed(python: Path) -> dict[str, str]:
    """Return the versions of those packages of the peers that a Python has."""
    names = sorted({name for peer in PEERS for name in peer.packages})
    if not python.exists():
        return {}
    command = [str(python), "-c", _VERSIONS, *names]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def missing(peer: Peer, versions: dict[str, str]) -> str | None:
    """Return a sentence about what a peer lacks, or None."""
    lacks = [name for name in peer.packages if name not in versions]
    return f"{', '.join(lacks)} could not be installed." if lacks else None


def run_peer(
    peer: Peer, python: Path, images: Images, home: Path, run: int, cores: int, log: Path
) -> dict:
    """Run a peer in its environment, with the run's number as seed."""
    home.mkdir(parents=True)
    out = home / "groups.csv"
    task = [str(images.folder), str(images.n_clusters), str(run), str(out), peer.method]
    command = [str(python), "-m", f"bench.peers.{peer.module}", *task]
    # Thumbnails and the like go where nothing is from an earlier run.
    env = _environment(cores) | {"TMPDIR": str(home)}
    return _record(peer.name, run, command, ROOT, env, log, out, images)


def run_own(images: Images, home: Path, run: int, cores: int, log: Path) -> dict:
    """Run `aecluster run FOLDER --clusters k` in a copy of the repository, to its page."""
    copy_repository(home)
    arguments = [str(images.folder), "--clusters", str(images.n_clusters), "--cores", str(cores)]
    command = [sys.executable, "-m", "aecluster", "run", *arguments]
    env = os.environ | {"PYTHONPATH": str(home / "workflow/scripts")}
    return _record(OWN, run, command, home, env, log, None, images)


def scores(groups: dict[str, int], images: Images) -> dict[str, float]:
    """Score groups by the names of the sub-folders.

    An image without a group counts as wrong, and as a group of its own kind in the NMI.

    Returns
    -------
    dict
        nmi, accuracy, chance, n_clusters, and n_grouped: images with a group.
    """
    clusters = np.array([groups.get(name, -1) for name in images.names], dtype=np.int64)
    metrics = compute_metrics(None, clusters, images.labels, np.ones(len(clusters), bool))
    chosen = {name: metrics[name] for name in ("nmi", "accuracy", "chance", "n_clusters")}
    return chosen | {"n_grouped": int((clusters >= 0).sum())}


def bind_to(cores: int) -> None:
    """Keep this process, and all that it starts, on so many cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def _environment(cores: int) -> dict[str, str]:
    return os.environ | {f"{library}_NUM_THREADS": str(cores) for library in _THREADS}


def _record(
    name: str,
    run: int,
    command: list[str],
    cwd: Path,
    env: dict,
    log: Path,
    out: Path | None,
    images: Images,
) -> dict:
    record = {"peer": name, "run": run}
    try:
        watched = watch(command, cwd=cwd, env=env, log=log)
    except InputError:
        return record | {"failed": f"it ended with an error: {_last_line(log)} (log: {log})"}
    if out is None:
        (out,) = cwd.glob("results/*/clusters.csv")
        record["seconds_to_groups"] = out.stat().st_mtime - watched.began
    return record | _cost(watched) | scores(read_groups(out), images)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def _cost(watched: Watched) -> dict[str, float]:
    return {
        "seconds": watched.ended - watched.began,
        "cpu_seconds": watched.cpu_seconds,
        "peak_mb": watched.peak_mb(),
    }
