"""The state of an unfinished training, so that a killed job goes on from its last epoch."""

from pathlib import Path

import torch

from aecluster.artifacts import written_whole


def save_state(path: str | Path, identity: str, state: dict) -> None:
    """Save the state of a training, whole or not at all."""
    with written_whole(path) as draft:
        torch.save({"identity": identity, **state}, draft)


def load_state(path: str | Path, identity: str) -> dict | None:
    """Return the saved state, or None if there is none that belongs to this very training.

    `identity` stands for everything that the result depends on; a state left by other settings,
    other code or other images is not used, and neither is a broken file.
    """
    try:
        state = torch.load(path, weights_only=True)
    except Exception:  # no file, or a broken one: reading it may raise anything
        return None
    return state if isinstance(state, dict) and state.get("identity") == identity else None


def forget_state(path: str | Path) -> None:
    """Remove the state of a training that has ended."""
    Path(path).unlink(missing_ok=True)
