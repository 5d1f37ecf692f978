"""Build a model by the name of its architecture."""

import importlib

from aecluster.errors import InputError
from aecluster.models.autoencoder import Autoencoder


def build_model(
    settings: dict, image_shape: tuple[int, int, int], start: dict | None = None
) -> Autoencoder:
    """Return an untrained model.

    Parameters
    ----------
    settings : dict
        `architecture` (a module of this package), `latent_dim` (or None), `params`, and `after`:
        the settings of the model that it goes on from, or None.
    image_shape : (C, H, W)
    start : dict, optional
        Weights (state_dict) of the model that it goes on from.
    """
    module = importlib.import_module(f"aecluster.models.{settings['architecture']}")
    arguments = dict(settings["params"])
    if settings["latent_dim"] is not None:
        arguments["latent_dim"] = settings["latent_dim"]
    if settings["after"] is not None:
        arguments["start"] = build_model(settings["after"], image_shape)
        if start is not None:
            arguments["start"].load_state_dict(start)
    try:
        return module.Network(image_shape, **arguments)
    except (TypeError, ValueError, RuntimeError) as error:
        if "DefaultCPUAllocator" in str(error):  # torch's word for too little memory
            raise MemoryError from error
        raise InputError(
            f"architecture {settings['architecture']} cannot be built for images of shape "
            f"{image_shape}: {error}."
        ) from error
