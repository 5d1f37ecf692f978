"""Names of the files that images come from: results/{dataset}/files.json, one for each image."""

import json
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_json, save_text
from aecluster.sources.source import Source


def names_of(source: Source, indices: np.ndarray) -> list[str]:
    """Return the names of the chosen images, an empty list if the source has none."""
    return [source.names[index] for index in indices] if source.names else []


def save_names(path: str | Path, names: list[str]) -> None:
    """Save names exactly: in ASCII, so that even those that are no valid Unicode come back."""
    save_text(path, json.dumps(names, indent=0) + "\n")


def load_names(path: str | Path, n_images: int) -> list[str]:
    """Load what `save_names` wrote, empty names where images have none.

    Raises
    ------
    InputError
        If there are names, but not one for each image.
    """
    names = load_json(path) or [""] * n_images
    if len(names) != n_images:
        raise InputError(
            f"{path} has {len(names)} names for {n_images} images; delete it and run again."
        )
    return names
