"""The state of an unfinished training, so that a killed job goes on from its last epoch."""

from pathlib import Path

from aecluster.errors import InputError
from aecluster.jobs.checksums import checksum_file
from aecluster.training.tensors import load_tensors, save_tensors


def save_state(path: str | Path, identity: str, state: dict) -> None:
    """Save the state of a training, whole or not at all."""
    save_tensors(path, {"identity": identity, **state})


def load_state(path: str | Path, identity: str) -> dict | None:
    """Return the saved state, or None if there is none that belongs to this very training.

    `identity` stands for everything that the result depends on; a state left by other settings,
    other code or other images is not used, and neither is a damaged file.
    """
    try:
        state = load_tensors(path, "state of a training")
    except InputError:
        return None
    return state if isinstance(state, dict) and state.get("identity") == identity else None


def forget_state(path: str | Path) -> None:
    """Remove the state of a training that has ended."""
    Path(path).unlink(missing_ok=True)
    checksum_file(path).unlink(missing_ok=True)
