"""Weights on the way: some epochs of a training, kept to see how clusters come about."""

from pathlib import Path

from aecluster.errors import InputError
from aecluster.training.tensors import load_tensors, save_tensors

N_SNAPSHOTS = 10


def snapshot_epochs(epochs: int) -> list[int]:
    """Return the epochs whose weights are kept: at most 10, evenly spaced, with the last one."""
    steps = min(epochs, N_SNAPSHOTS)
    return [round(epochs * (step + 1) / steps) for step in range(steps)]


def save_snapshots(path: str | Path, snapshots: dict[int, dict]) -> None:
    """Save the weights (state_dict) of some epochs in one file."""
    save_tensors(path, {str(epoch): weights for epoch, weights in snapshots.items()})


def load_snapshots(path: str | Path) -> dict[int, dict]:
    """Load what `save_snapshots` wrote, by epoch; runs no code from the file.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    content = load_tensors(path, "file of snapshots")
    try:
        return {int(epoch): weights for epoch, weights in content.items()}
    except (AttributeError, ValueError) as error:
        raise InputError(
            f"{path} is not a whole file of snapshots; delete it and run again."
        ) from error
