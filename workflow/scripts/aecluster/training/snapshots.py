"""Weights on the way: some epochs of a training, kept to see how clusters come about."""

import io
from pathlib import Path

import torch

from aecluster.artifacts import written_whole
from aecluster.errors import InputError

N_SNAPSHOTS = 10


def snapshot_epochs(epochs: int) -> list[int]:
    """Return the epochs whose weights are kept: at most 10, evenly spaced, with the last one."""
    steps = min(epochs, N_SNAPSHOTS)
    return [round(epochs * (step + 1) / steps) for step in range(steps)]


def save_snapshots(path: str | Path, snapshots: dict[int, dict]) -> None:
    """Save the weights (state_dict) of some epochs in one file."""
    buffer = io.BytesIO()
    torch.save({str(epoch): weights for epoch, weights in snapshots.items()}, buffer)
    with written_whole(path) as draft:
        draft.write_bytes(buffer.getvalue())


def load_snapshots(path: str | Path) -> dict[int, dict]:
    """Load what `save_snapshots` wrote, by epoch; runs no code from the file.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    try:
        content = torch.load(path, weights_only=True, map_location="cpu")
        return {int(epoch): weights for epoch, weights in content.items()}
    except Exception as error:  # reading what is damaged, or not its own, may raise anything
        raise InputError(
            f"{path} is not a whole file of snapshots ({type(error).__name__}); "
            "delete it and run again."
        ) from error
