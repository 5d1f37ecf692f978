"""The graph of a pretrained network, exported once for an environment and kept in it.

Loading PyTorch for the export takes longer than describing a few hundred images, and where no model
is trained, nothing else needs it.

python -m aecluster.encoders.kept_graph    keeps the usual one; the installation does.
"""

import hashlib
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from aecluster.encoders.pretrained import SIZES, check
from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_bytes
from aecluster.jobs.checksums import checksum_file, verified
from aecluster.jobs.versions import versions

logger = logging.getLogger("aecluster")

KEPT = Path(sys.prefix, "share/aecluster")
_USUAL = "efficientnet-lite0"
_EXPORT = "aecluster.encoders.export"
_PACKAGES = Path(__file__).resolve().parents[2]
# What else the bytes of a graph depend on: packages, and modules beside this one.
_MADE_WITH = "torch", "efficientnet-lite-pytorch"
_MADE_BY = "export.py", "pretrained.py"


def write_graph(path: str | Path, network: str = _USUAL, size: int | None = None) -> None:
    """Write `graph_of` a network to a file."""
    save_bytes(path, graph_of(network, size))


def graph_of(network: str = _USUAL, size: int | None = None) -> bytes:
    """Return a network of `pretrained` as an ONNX graph, as `export.export` makes it.

    Parameters
    ----------
    network : str
        One of `pretrained.SIZES`.
    size : int or None
        Height and width of its images; None is what it was trained on.

    Raises
    ------
    InputError
        If there is no such network, its packages are missing, or the export fails.
    """
    check(network=network)
    size = size or SIZES[network]
    kept = KEPT / f"{network}-{size}.{_made()}.onnx"
    with suppress(OSError, InputError):  # not there, not readable, or damaged
        return verified(kept).read_bytes()
    graph = _exported(network, size)
    with suppress(OSError):  # an environment that others own
        save_bytes(kept, graph)
        _remove_others(kept, f"{network}-{size}.*.onnx")
    return graph


def _made() -> str:
    code = [Path(__file__).with_name(module).read_bytes() for module in _MADE_BY]
    return hashlib.sha256(repr([versions(_MADE_WITH), code]).encode()).hexdigest()[:16]


def _exported(network: str, size: int) -> bytes:
    """Export a network in a process of its own, which loads PyTorch and ends."""
    paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    # -P: no module of the folder that this happens in
    command = [sys.executable, "-P", "-m", _EXPORT, network, str(size)]
    finished = subprocess.run(command, env=env, capture_output=True)
    if not finished.returncode:
        return finished.stdout
    said = finished.stderr.decode(errors="replace").strip()
    logger.info(said)
    *_, reason = said.split("\n")
    if finished.returncode == -signal.SIGKILL:
        reason = "its process was killed, most often because the memory ran out."
    raise InputError(f"{network} could not be exported: {reason}")


def _remove_others(kept: Path, pattern: str) -> None:
    """Remove the graphs that other versions made, each with its checksum; drafts stay."""
    for file in kept.parent.glob(pattern):
        if file != kept and not file.name.startswith("."):
            checksum_file(file).unlink(missing_ok=True)
            file.unlink(missing_ok=True)


if __name__ == "__main__":
    graph_of()
