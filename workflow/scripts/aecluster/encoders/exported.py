"""The graph of a pretrained network, exported once for an environment and kept in it.

PyTorch, which exports it, takes longer to load than a few hundred images to describe; nothing else
needs it where no model is trained.

python -m aecluster.encoders.exported    exports the usual one; the installation does.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from aecluster.encoders.pretrained import SIZES
from aecluster.errors import InputError
from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified

KEPT = Path(sys.prefix, "share/aecluster")
_PROGRAM = Path(__file__).with_name("export.py")
_PACKAGES = Path(__file__).resolve().parents[2]
_MADE_WITH = "torch", "efficientnet-lite-pytorch"
_USUAL = "efficientnet-lite0"


def write_graph(path: str | Path, network: str = _USUAL, size: int | None = None) -> None:
    """Write a network of `pretrained` as an ONNX graph, as `export.export` makes it.

    Parameters
    ----------
    path : path
    network : str
        One of `pretrained.SIZES`.
    size : int or None
        Height and width of its images; None is what it was trained on.

    Raises
    ------
    InputError
        If its weights are missing or damaged.
    """
    size = size or SIZES[network]
    kept = KEPT / f"{network}-{size}.{_made_with()}.onnx"
    try:
        graph = verified(kept).read_bytes()
    except (OSError, InputError):  # not there, not readable, or damaged
        graph = _exported(network, size)
        with suppress(OSError):  # an environment that others own
            for old in KEPT.glob(f"*{network}-{size}.*"):  # with its checksum
                old.unlink()
            _write(kept, graph)
    _write(path, graph)


def _made_with() -> str:
    versions = [version(package) for package in _MADE_WITH]
    return hashlib.sha256(repr(versions).encode() + _PROGRAM.read_bytes()).hexdigest()[:16]


def _exported(network: str, size: int) -> bytes:
    """Export a network in a process of its own, which loads PyTorch and ends."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "encoder.onnx")
        command = [sys.executable, "-m", "aecluster.encoders.export", str(file), network, str(size)]
        env = os.environ | {"PYTHONPATH": str(_PACKAGES)}
        finished = subprocess.run(command, env=env, capture_output=True, text=True)
        if finished.returncode:
            *_, said = finished.stderr.strip().splitlines() or [f"exit {finished.returncode}"]
            raise InputError(f"{network} could not be exported: {said}")
        return file.read_bytes()


def _write(path: str | Path, graph: bytes) -> None:
    with written_whole(path) as draft:
        draft.write_bytes(graph)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        write_graph(Path(folder, "encoder.onnx"))
