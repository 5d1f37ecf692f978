"""What both sides compute: one experiment, and the images as files."""

from pathlib import Path

import numpy as np
import yaml
from PIL import Image

from aecluster.errors import InputError
from aecluster.experiment.schema import complete_experiment
from aecluster.sources import photo_patches
from bench import ROOT

EXPERIMENT_FILE = ROOT / "bench/experiment.yaml"
SCHEMA_FILE = ROOT / "workflow/schemas/config.schema.yaml"
DATASET = "photos"
_STRIDES = range(14, 0, -1)


def read_config(precision: str = "auto") -> dict:
    """Return the experiment as it is written, its models trained in a precision."""
    config = yaml.safe_load(EXPERIMENT_FILE.read_text(encoding="utf-8"))
    for settings in config["models"].values():
        settings["precision"] = precision
    return config


def read_experiment(precision: str = "auto") -> dict:
    """Return the experiment with every default of the schema."""
    return complete_experiment(read_config(precision), SCHEMA_FILE)


def check_n_images(n_images: int, experiment: dict) -> None:
    """Refuse fewer images than dimensions, and more than the photographs have places for.

    Raises
    ------
    InputError
    """
    fewest = 1 + max(step["dim"] or 0 for step in experiment["reductions"].values())
    most = photo_patches.count(stride=_STRIDES[-1])
    if not fewest <= n_images <= most:
        raise InputError(f"--images is {n_images}, but the benchmark takes {fewest} to {most}.")


def write_images(folder: Path, n_images: int) -> None:
    """Write patches of 32 x 32 pixels of the packaged photographs, a sub-folder a class.

    Neighbouring patches overlap as little as so many of them allow.
    """
    stride = next(stride for stride in _STRIDES if photo_patches.count(stride=stride) >= n_images)
    source = photo_patches.load(stride=stride)
    for name in source.class_names:
        (folder / name).mkdir(parents=True)
    chosen = np.arange(n_images)  # the source is in a random order
    for index, pixels in zip(chosen, source.read(chosen, None), strict=True):
        folder_of_class = folder / source.class_names[source.labels[index]]
        Image.fromarray(pixels).save(folder_of_class / f"{index:06}.png")


def read_labels(folder: Path) -> np.ndarray:
    """Return the class of each image, int64 (N,), in the order of both sides: by path."""
    folders = [file.parent.name for file in sorted(folder.rglob("*.png"))]
    return np.unique(folders, return_inverse=True)[1]
