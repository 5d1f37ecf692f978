"""How long trainings will take, from a few batches of each model."""

import heapq
import statistics
import tempfile
from pathlib import Path

import numpy as np

from aecluster.sources.shape import image_shape
from aecluster.training.duration import readable
from aecluster.training.fit import fit

_LARGEST_BATCH = 64


def seconds_per_image(settings: dict, image_shape: tuple[int, int, int], batches: int = 3) -> float:
    """Return how long a training step takes for one image, on this machine.

    Some batches of random pixels are trained on as images would be, after one that does not count.
    A batch has at most 64 images, so that the measurement stays short.

    Parameters
    ----------
    settings : dict
        A model of the config, complete.
    image_shape : (C, H, W)
    batches : int
        How many batches to time; their median counts.
    """
    channels, height, width = image_shape
    size = min(settings["batch_size"], _LARGEST_BATCH)
    pixels = np.random.default_rng(0).integers(
        0, 256, (size, height, width, channels), dtype=np.uint8
    )
    # An epoch of one batch is a step, and `fit` times its epochs.
    steps = {**settings, "batch_size": size, "epochs": 1 + batches}
    with tempfile.TemporaryDirectory() as folder:
        _, history, *_ = fit(pixels, steps, 0, state_file=Path(folder, "state.pt"), identity="")
    return statistics.median(epoch["seconds"] for epoch in history[1:]) / size


def announcement(trainings: list[dict], cores: int) -> str:
    """Return a sentence that says how long trainings will take on this machine.

    Parameters
    ----------
    trainings : list of dict
        `dataset` and `settings` (a data set and a model of the config, complete), `n_images`, and
        `seeds`: how many times that model is trained.
    cores : int
        How many cores the trainings may use together.
    """
    all_known = True
    seconds = []
    for training in trainings:
        shape, known = image_shape(training["dataset"])
        all_known &= known
        images = training["n_images"] * training["settings"]["epochs"]
        seconds += [images * seconds_per_image(training["settings"], shape)] * training["seeds"]
    threads = max(training["settings"]["threads"] for training in trainings)
    at_a_time = min(max(1, cores // threads), len(seconds))
    return (
        f"Training will take {'about' if all_known else 'roughly'} "
        f"{readable(seconds_in_all(seconds, at_a_time))}: {_work(trainings)}, "
        f"{_counted(at_a_time, 'job')} of {_counted(threads, 'thread')} at a time."
    )


def seconds_in_all(jobs: list[float], at_a_time: int) -> float:
    """Return how long jobs of so many seconds take, the longest started first."""
    ends = [0.0] * at_a_time
    for seconds in sorted(jobs, reverse=True):
        heapq.heapreplace(ends, ends[0] + seconds)
    return max(ends)


def _work(trainings: list[dict]) -> str:
    models = _counted(sum(training["seeds"] for training in trainings), "model")
    sizes = {(training["settings"]["epochs"], training["n_images"]) for training in trainings}
    if len(sizes) == 1:
        epochs, n_images = sizes.pop()
        return f"{models} x {_counted(epochs, 'epoch')} x {_counted(n_images, 'image')}"
    passes = sum(
        training["seeds"] * training["settings"]["epochs"] * training["n_images"]
        for training in trainings
    )
    return f"{models}, {passes:,} images in all epochs"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + "s" * (number != 1)
