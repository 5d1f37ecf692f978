"""Train an autoencoder, from the first batch to the last."""

import hashlib
import logging
import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from aecluster.errors import InputError
from aecluster.models.autoencoder import Autoencoder, Batch
from aecluster.models.build import build_model
from aecluster.training.augmentation import augment
from aecluster.training.batches import pixels_to_tensor
from aecluster.training.checkpoints import forget_state, load_state, save_state, snapshot_epochs
from aecluster.training.devices import (
    choose_device,
    fix_arithmetic,
    get_random_states,
    set_random_states,
)
from aecluster.training.duration import readable
from aecluster.training.optimizers import LOSSES, make_optimizer, make_schedule
from aecluster.training.precision import Precision

logger = logging.getLogger("aecluster")

_SECONDS_BETWEEN_LINES = 5
_BATCH = 256  # whose latents are computed at once


def fit(
    images: np.ndarray,
    settings: dict,
    seed: int,
    *,
    state_file: Path | None,
    identity: str,
    start: dict | None = None,
    name: str = "",
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Autoencoder, list[dict], dict[int, dict], str]:
    """Train a model; go on from `state_file` where an earlier run of the same training was killed.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, C)
        May be memory-mapped: a batch is copied when it is needed.
    settings : dict
        A model of the config, complete, its precision not `auto` (see `speed`).
    seed : int
        Of the weights, the order of images, augmentation and noise.
    state_file : path or None
        Where the state is kept after each epoch, if it is; removed by `forget_state`, not here.
    identity : str
        Settings and code that this training depends on; a state of another one is not used.
    start : dict, optional
        Weights (state_dict) of the model that this one goes on from (`after` in the settings).
    name : str
        What to call this training in lines on the screen and in the log; there are none without.
    clock : function
        What the seconds of an epoch are counted by.

    Returns
    -------
    model : Autoencoder
    history : list of dict
        One entry an epoch: epoch, train_loss, lr, seconds.
    snapshots : dict of epoch -> state_dict
        The weights after some epochs (see `snapshot_epochs`), the last one included.
    precision : str
        What was computed in: that of the settings, or what an earlier run had begun with.

    Raises
    ------
    InputError
        If the loss is no longer finite.
    """
    fix_arithmetic(settings["threads"])
    device = choose_device(settings["device"])
    precision = Precision(settings["precision"], device)
    torch.manual_seed(seed)
    height, width, channels = images.shape[1:]
    model = build_model(settings, (channels, height, width), start)
    model.to(device, memory_format=torch.channels_last)
    optimizer = make_optimizer(model, settings)
    steps = settings["epochs"] * math.ceil(len(images) / settings["batch_size"])
    schedule = make_schedule(optimizer, settings["schedule"], steps)
    generator = torch.Generator().manual_seed(seed)
    history: list[dict] = []
    snapshots: dict[int, dict] = {}

    beginning = f"{identity} {seed} {_checksum(images)} {_checksum_of_weights(start or {})}"
    identity = hashlib.sha256(beginning.encode()).hexdigest()
    state = load_state(state_file, identity) if state_file else None
    if state is not None:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        generator.set_state(state["generator"])
        precision.load_state_dict(state["precision"])
        set_random_states(device, state["random_states"])
        history, snapshots = state["history"], state["snapshots"]
        logger.info("%s: resumed after epoch %d", name, len(history), extra={"show": True})

    last_shown = time.monotonic()
    for epoch in range(len(history) + 1, settings["epochs"] + 1):
        began = clock()
        model.start_epoch(epoch, lambda: _latents(model, images, device), seed)
        loss = _one_epoch(
            model, images, settings, optimizer, schedule, generator, device, precision
        )
        if not math.isfinite(loss):
            if state_file:
                forget_state(state_file)
            raise InputError(
                f"training {name} diverged in epoch {epoch} (loss {loss}); "
                f"lower its learning_rate ({settings['learning_rate']})."
            )
        seconds = clock() - began
        rate = optimizer.param_groups[0]["lr"]
        history.append({"epoch": epoch, "train_loss": loss, "lr": rate, "seconds": seconds})
        line = (
            f"{name}: epoch {epoch}/{settings['epochs']}, loss {loss:.5f}, "
            f"{len(images) / seconds:.0f} images/s, "
            f"{readable((settings['epochs'] - epoch) * seconds)} left"
        )
        show = time.monotonic() - last_shown > _SECONDS_BETWEEN_LINES or epoch == settings["epochs"]
        last_shown = time.monotonic() if show else last_shown
        if name:
            logger.info(line, extra={"show": show})
        if epoch in snapshot_epochs(settings["epochs"]):
            weights = model.state_dict().items()
            snapshots[epoch] = {name: tensor.cpu().clone() for name, tensor in weights}
        if state_file:
            save_state(
                state_file,
                identity,
                {
                    "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "schedule": schedule.state_dict(),
                    "generator": generator.get_state(),
                    "precision": precision.state_dict(),
                    "random_states": get_random_states(device),
                    "history": history,
                    "snapshots": snapshots,
                },
            )
    return model.eval(), history, snapshots, precision.name


def _latents(model: Autoencoder, images: np.ndarray, device: torch.device) -> np.ndarray:
    """Return the latents of all images, float32 (N, D), in the middle of a training.

    The model is in evaluation mode meanwhile, and in training mode afterwards.
    """
    model.eval()
    with torch.no_grad():
        batches = (
            pixels_to_tensor(images[start : start + _BATCH]).to(device)
            for start in range(0, len(images), _BATCH)
        )
        latents = torch.cat([model.encode(batch).cpu() for batch in batches])
    model.train()
    return latents.float().numpy()


def _one_epoch(model, images, settings, optimizer, schedule, generator, device, precision) -> float:
    """Pass once over the images in random order; return the mean loss an image."""
    model.train()
    reconstruction_loss = LOSSES[settings["loss"]]
    order = torch.randperm(len(images), generator=generator).numpy()
    total = 0.0
    for start in range(0, len(order), settings["batch_size"]):
        chosen = order[start : start + settings["batch_size"]]
        batch = _batch(images, chosen, model.n_views, settings, generator, device)
        with precision.forward():
            loss = model.loss(batch, reconstruction_loss)
        optimizer.zero_grad(set_to_none=True)
        precision.step(loss, optimizer, settings["max_grad_norm"])
        schedule.step()
        total += loss.item() * len(chosen)
    return total / len(images)


def _batch(images, chosen, n_views, settings, generator, device) -> Batch:
    """Return images as a training step sees them: some views of each, with noise."""

    def moved(tensor):
        return tensor.to(device, memory_format=torch.channels_last)

    pixels = pixels_to_tensor(images[chosen])
    views = [augment(pixels, generator, **settings["augmentation"]) for _ in range(n_views)]
    inputs = views
    if settings["noise"]:
        sd = settings["noise"]
        inputs = [view + sd * torch.randn(view.shape, generator=generator) for view in views]
    views, inputs = ([moved(view) for view in each] for each in (views, inputs))
    return Batch(images=moved(pixels), views=views, inputs=inputs, indices=chosen)


def _checksum(images: np.ndarray) -> str:
    digest = hashlib.sha256(repr((images.shape, images.dtype)).encode())
    for start in range(0, len(images), 4096):
        digest.update(np.ascontiguousarray(images[start : start + 4096]))
    return digest.hexdigest()


def _checksum_of_weights(weights: dict) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(weights.items()):
        digest.update(name.encode() + tensor.cpu().numpy().tobytes())
    return digest.hexdigest()
