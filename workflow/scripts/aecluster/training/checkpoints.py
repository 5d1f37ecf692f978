"""Files of a training: the model, its weights after some epochs, the state of an unfinished one.

Equal content gives equal bytes, and reading runs no code from the file.
"""

import io
import json
from pathlib import Path

import torch

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_bytes
from aecluster.jobs.checksums import checksum_file, verified
from aecluster.models.autoencoder import Autoencoder
from aecluster.models.build import build_model

N_SNAPSHOTS = 10


def save_model(path: str | Path, model: Autoencoder, settings: dict, image_shape: tuple) -> None:
    """Save a model's weights with its settings (as in the config) and image shape (C, H, W)."""
    content = {
        "settings": json.dumps(settings, sort_keys=True),
        "image_shape": list(image_shape),
        "state_dict": {name: tensor.cpu() for name, tensor in model.state_dict().items()},
    }
    _save(path, content)


def load_model(path: str | Path) -> tuple[Autoencoder, tuple[int, int, int]]:
    """Return (model in evaluation mode, image shape (C, H, W)).

    Raises
    ------
    InputError
        If the file is not a model that `save_model` wrote.
    """
    content = _load(path, "model of this workflow")
    try:
        image_shape = tuple(content["image_shape"])
        model = build_model(json.loads(content["settings"]), image_shape)
        model.load_state_dict(content["state_dict"])
    except Exception as error:  # building what is not its own may raise anything
        raise InputError(
            f"{path} is not a whole model of this workflow ({type(error).__name__}); "
            "delete it and run again."
        ) from error
    return model.eval(), image_shape


def snapshot_epochs(epochs: int) -> list[int]:
    """Return the epochs whose weights are kept: at most 10, evenly spaced, with the last one."""
    steps = min(epochs, N_SNAPSHOTS)
    return [round(epochs * (step + 1) / steps) for step in range(steps)]


def save_snapshots(path: str | Path, snapshots: dict[int, dict]) -> None:
    """Save the weights (state_dict) of some epochs in one file."""
    _save(path, {str(epoch): weights for epoch, weights in snapshots.items()})


def load_snapshots(path: str | Path) -> dict[int, dict]:
    """Load what `save_snapshots` wrote, by epoch.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    content = _load(path, "file of snapshots")
    try:
        return {int(epoch): weights for epoch, weights in content.items()}
    except (AttributeError, ValueError) as error:
        raise InputError(
            f"{path} is not a whole file of snapshots; delete it and run again."
        ) from error


def save_state(path: str | Path, identity: str, state: dict) -> None:
    """Save the state of a training, so that a killed job goes on from its last epoch."""
    _save(path, {"identity": identity, **state})


def load_state(path: str | Path, identity: str) -> dict | None:
    """Return the saved state, or None if there is none that belongs to this very training.

    `identity` stands for everything that the result depends on; a state left by other settings,
    other code or other images is not used, and neither is a damaged file.
    """
    try:
        state = _load(path, "state of a training")
    except InputError:
        return None
    return state if isinstance(state, dict) and state.get("identity") == identity else None


def forget_state(path: str | Path) -> None:
    """Remove the state of a training that has ended."""
    Path(path).unlink(missing_ok=True)
    checksum_file(path).unlink(missing_ok=True)


def _save(path: str | Path, content: dict) -> None:
    """Save what torch.load(weights_only=True) reads: tensors, numbers, text, and lists of them."""
    # torch writes the name of the file into it, and does not say why it cannot write: a buffer.
    buffer = io.BytesIO()
    torch.save(content, buffer)
    save_bytes(path, buffer.getbuffer())


def _load(path: str | Path, what: str) -> dict:
    """Load what `_save` wrote, onto the CPU; `what` the file should be is for the error."""
    try:
        return torch.load(verified(path), weights_only=True, map_location="cpu")
    except InputError:
        raise
    except Exception as error:  # reading what is damaged, or not its own, may raise anything
        raise InputError(
            f"{path} is not a whole {what} ({type(error).__name__}); delete it and run again."
        ) from error
