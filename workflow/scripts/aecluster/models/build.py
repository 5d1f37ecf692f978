"""Build a model by the name of its architecture."""

import importlib

from aecluster.errors import InputError
from aecluster.models.autoencoder import Autoencoder


def build_model(settings: dict, image_shape: tuple[int, int, int]) -> Autoencoder:
    """Return an untrained model.

    Parameters
    ----------
    settings : dict
        `architecture` (a module of this package), `latent_dim` (or None), `params`.
    image_shape : (C, H, W)
    """
    module = importlib.import_module(f"aecluster.models.{settings['architecture']}")
    sizes = {} if settings["latent_dim"] is None else {"latent_dim": settings["latent_dim"]}
    try:
        return module.Network(image_shape, **sizes, **settings["params"])
    except (TypeError, ValueError, RuntimeError) as error:
        if "DefaultCPUAllocator" in str(error):  # torch's word for too little memory
            raise MemoryError from error
        raise InputError(
            f"architecture {settings['architecture']} cannot be built for images of shape "
            f"{image_shape}: {error}."
        ) from error
