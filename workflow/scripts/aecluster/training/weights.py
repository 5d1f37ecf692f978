"""A trained model as a file: its weights and what is needed to build it again."""

import json
from pathlib import Path

from aecluster.errors import InputError
from aecluster.models.autoencoder import Autoencoder
from aecluster.models.build import build_model
from aecluster.training.tensors import load_tensors, save_tensors


def save_model(path: str | Path, model: Autoencoder, settings: dict, image_shape: tuple) -> None:
    """Save a model's weights with its settings (as in the config) and image shape (C, H, W)."""
    content = {
        "settings": json.dumps(settings, sort_keys=True),
        "image_shape": list(image_shape),
        "state_dict": {name: tensor.cpu() for name, tensor in model.state_dict().items()},
    }
    save_tensors(path, content)


def load_model(path: str | Path) -> tuple[Autoencoder, tuple[int, int, int]]:
    """Return (model in evaluation mode, image shape (C, H, W)); runs no code from the file.

    Raises
    ------
    InputError
        If the file is not a model that `save_model` wrote.
    """
    content = load_tensors(path, "model of this workflow")
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
