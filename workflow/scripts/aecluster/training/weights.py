"""A trained model as a file: its weights and what is needed to build it again."""

import io
import json
from pathlib import Path

import torch

from aecluster.artifacts import written_whole
from aecluster.errors import InputError
from aecluster.models.autoencoder import Autoencoder
from aecluster.models.build import build_model


def save_model(path: str | Path, model: Autoencoder, settings: dict, image_shape: tuple) -> None:
    """Save a model's weights with its settings (as in the config) and image shape (C, H, W)."""
    content = {
        "settings": json.dumps(settings, sort_keys=True),
        "image_shape": list(image_shape),
        "state_dict": {name: tensor.cpu() for name, tensor in model.state_dict().items()},
    }
    # torch writes the name of the file into it: through a buffer, equal models give equal bytes.
    buffer = io.BytesIO()
    torch.save(content, buffer)
    with written_whole(path) as draft:
        draft.write_bytes(buffer.getvalue())


def load_model(path: str | Path) -> tuple[Autoencoder, tuple[int, int, int]]:
    """Return (model in evaluation mode, image shape (C, H, W)); runs no code from the file.

    Raises
    ------
    InputError
        If the file is not a model that `save_model` wrote.
    """
    try:
        content = torch.load(path, weights_only=True, map_location="cpu")
        image_shape = tuple(content["image_shape"])
        model = build_model(json.loads(content["settings"]), image_shape)
        model.load_state_dict(content["state_dict"])
    except Exception as error:  # reading what is damaged, or not its own, may raise anything
        raise InputError(
            f"{path} is not a whole model of this workflow ({type(error).__name__}); "
            "delete it and run again."
        ) from error
    return model.eval(), image_shape
