"""Optimizers, schedules and losses by the names they have in the config."""

import torch
import torch._dynamo  # the first optimizer imports it, in a second: here a warm process sees that
from torch import nn
from torch.optim import lr_scheduler

LOSSES = {
    "mse": nn.functional.mse_loss,
    "l1": nn.functional.l1_loss,
    "huber": nn.functional.huber_loss,
}


def make_optimizer(model: nn.Module, settings: dict) -> torch.optim.Optimizer:
    """Return a torch.optim.Adam (weight decay as an L2 term), AdamW (decoupled) or SGD.

    Parameters
    ----------
    model : nn.Module
    settings : dict
        Of a model of the config: optimizer, learning_rate, weight_decay, betas.
    """
    rate, decay = settings["learning_rate"], settings["weight_decay"]
    options = {"lr": rate, "weight_decay": decay, "fused": True}
    if settings["optimizer"] == "sgd":
        return torch.optim.SGD(model.parameters(), momentum=0.9, **options)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings["optimizer"]]
    return kind(model.parameters(), betas=tuple(settings["betas"]), **options)


def make_schedule(optimizer: torch.optim.Optimizer, name: str, steps: int):
    """Return a schedule of the learning rate over so many steps, to be stepped after each batch.

    `constant`; `cosine` to zero (Loshchilov and Hutter 2017); `one_cycle` up and down again (Smith
    and Topin 2018), with its highest value where the config says `learning_rate`.
    """
    if name == "constant":
        return lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=0)
    if name == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
    highest = optimizer.param_groups[0]["lr"]
    # The cycle needs a step up and a step down, and one to stay within its end.
    return lr_scheduler.OneCycleLR(
        optimizer, highest, total_steps=max(steps, 10) + 1, cycle_momentum=False
    )
