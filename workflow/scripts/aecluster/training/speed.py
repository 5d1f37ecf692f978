"""How fast a model trains on this machine, and so which precision `auto` is."""

import json
import logging
import math
import os
import socket
import statistics
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from aecluster.jobs.machine import processor
from aecluster.training.devices import choose_device
from aecluster.training.fit import fit
from aecluster.training.precision import has_bfloat16

logger = logging.getLogger("aecluster")

_LARGEST_BATCH = 64
_ROUNDS, _LONGEST = 3, 10  # seconds after which no round begins
# Far from what a measurement errs by, so that another one says the same.
_WORTH_IT = 1.3
# The steps of a training that is long enough to measure before; a measurement takes 24 at most.
_FEWEST_STEPS = 500
_NO_MATTER_FOR_SPEED = ("epochs", "learning_rate", "schedule", "weight_decay", "betas", "precision")


def choose_precision(
    settings: dict, image_shape: tuple[int, int, int], n_images: int, folder: Path
) -> str:
    """Return the precision that a model trains in: that of its settings, or what `auto` is here.

    `auto` is bfloat16 on a CUDA device that computes in it and float16 on an older one. On a CPU it
    is bfloat16 where the processor has instructions for it, the training is not a short one, and
    this very model trains at least 1.3 times as fast in it as in float32; else float32. A training
    that goes on from another takes the other's precision.

    Parameters
    ----------
    settings : dict
        A model of the config, complete.
    image_shape : (C, H, W)
    n_images : int
    folder : path
        Where measurements are kept (see `times_as_fast`).
    """
    if settings["precision"] != "auto":
        return settings["precision"]
    if settings["after"]:
        first = {**settings["after"], "device": settings["device"]}
        return choose_precision(first, image_shape, n_images, folder)
    device = choose_device(settings["device"])
    if device.type == "cuda":
        return "bfloat16" if has_bfloat16(device) else "float16"
    steps = settings["epochs"] * math.ceil(n_images / settings["batch_size"])
    if not has_bfloat16(device) or steps < _FEWEST_STEPS:
        return "float32"
    faster = times_as_fast("bfloat16", settings, image_shape, folder)
    logger.info("bfloat16 is %.2f times as fast as float32 here", faster)
    return "bfloat16" if faster >= _WORTH_IT else "float32"


def times_as_fast(
    precision: str, settings: dict, image_shape: tuple[int, int, int], folder: Path
) -> float:
    """Return how many times as fast as in float32 a model trains in another precision here.

    It is measured once for a processor, a version of PyTorch and a model: all seeds, and runs to
    come, have to compute in the same precision. Jobs that measure at the same time take what the
    first of them found.

    Parameters
    ----------
    precision : {"bfloat16", "float16"}
    settings, image_shape
        As in `choose_precision`.
    folder : path
        Where the measurement is kept, as JSON.
    """
    about = {
        "processor": processor(),
        "torch": torch.__version__,
        "precision": precision,
        "image_shape": list(image_shape),
        "model": {key: settings[key] for key in settings if key not in _NO_MATTER_FOR_SPEED},
    }
    name = sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]

    def measured() -> dict:
        seconds = dict.fromkeys(("float32", precision), math.inf)
        began = time.process_time()
        for _ in range(_ROUNDS):
            if time.process_time() - began > _LONGEST:
                break
            for each, least in seconds.items():
                tried = {**settings, "precision": each}
                # Processor time: what else runs here disturbs it less.
                found = seconds_per_image(tried, image_shape, clock=time.process_time)
                seconds[each] = min(least, found)
        return {**about, "seconds_per_image": seconds}

    seconds = _kept(folder / f"{name}.json", measured)["seconds_per_image"]
    return seconds["float32"] / seconds[precision]


def seconds_per_image(
    settings: dict,
    image_shape: tuple[int, int, int],
    batches: int = 3,
    clock: Callable[[], float] = time.monotonic,
) -> float:
    """Return how long a training step takes for one image, on this machine.

    Some batches of random pixels are trained on as images would be, after one that does not count.
    A batch has at most 64 images, so that the measurement stays short.

    Parameters
    ----------
    settings : dict
        A model of the config, complete, its precision not `auto`.
    image_shape : (C, H, W)
    batches : int
        How many batches to time; their median counts.
    clock : function
        What seconds are counted by.
    """
    channels, height, width = image_shape
    size = min(settings["batch_size"], _LARGEST_BATCH)
    pixels = np.random.default_rng(0).integers(
        0, 256, (size, height, width, channels), dtype=np.uint8
    )
    # An epoch of one batch is a step, and `fit` times its epochs. On noise none may diverge.
    steps = {**settings, "batch_size": size, "epochs": 1 + batches, "learning_rate": 1e-6}
    _, history, *_ = fit(pixels, steps, 0, state_file=None, identity="", clock=clock)
    return statistics.median(epoch["seconds"] for epoch in history[1:]) / size


def _kept(file: Path, measure: Callable[[], dict]) -> dict:
    """Return the content of a file; where it is not there or damaged, what is measured, unless
    another process was first to write it."""
    try:
        return _read(file)
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError):
        file.unlink(missing_ok=True)
    content = measure()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.stem}.{socket.gethostname()}-{os.getpid()}")
    draft.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return _read(file)


def _read(file: Path) -> dict:
    content = json.loads(file.read_text(encoding="utf-8"))
    if not all(seconds > 0 for seconds in content["seconds_per_image"].values()):
        raise ValueError("no times")
    return content
