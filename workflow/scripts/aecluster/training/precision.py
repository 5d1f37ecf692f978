"""Which floats a model computes in: single precision, or half of it where that is faster."""

from contextlib import AbstractContextManager

import torch
from torch import nn

_TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class Precision:
    """Mixed precision by torch.autocast, weights and optimizer staying in float32.

    Micikevicius et al. 2018, Mixed Precision Training. Gradients in float16 are scaled so that
    small ones do not vanish; bfloat16 has the range of float32 and needs no scale.

    Parameters
    ----------
    name : {"float32", "bfloat16", "float16"}
        What `auto` of the config stands for is chosen before (see `speed`).
    device : torch.device
    """

    def __init__(self, name: str, device: torch.device):
        self._device = device.type
        self._use(name)

    def _use(self, name: str) -> None:
        self.name = name
        self._scaler = torch.amp.GradScaler(self._device, enabled=name == "float16")

    def forward(self) -> AbstractContextManager:
        """Return the context for the forward pass and the loss."""
        dtype = _TYPES[self.name]
        return torch.autocast(self._device, dtype=dtype, enabled=dtype != torch.float32)

    def step(
        self, loss: torch.Tensor, optimizer: torch.optim.Optimizer, max_grad_norm: float | None
    ) -> None:
        """Compute gradients of the loss and let the optimizer step, unless they overflowed.

        Gradients whose norm, of all parameters together, is over `max_grad_norm` are scaled down to
        it (Pascanu et al. 2013, On the Difficulty of Training Recurrent Neural Networks).
        """
        self._scaler.scale(loss).backward()
        if max_grad_norm is not None:
            self._scaler.unscale_(optimizer)
            parameters = (each for group in optimizer.param_groups for each in group["params"])
            nn.utils.clip_grad_norm_(parameters, max_grad_norm)
        self._scaler.step(optimizer)
        self._scaler.update()

    def state_dict(self) -> dict:
        """Return the name and the scale, for a training that goes on later."""
        return {"name": self.name, "scaler": self._scaler.state_dict()}

    def load_state_dict(self, state: dict) -> None:
        """Go on in the precision and with the scale of `state_dict`."""
        self._use(state["name"])
        if state["scaler"]:
            self._scaler.load_state_dict(state["scaler"])


def has_bfloat16(device: torch.device) -> bool:
    """Return whether a device has instructions for bfloat16.

    On a CPU these are AVX-512 BF16, AMX or Arm's; without them it is emulated, 5 to 12 times slower
    than float32.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    names = ("avx512_bf16", "amx_bf16", "bf16") if device.type == "cpu" else ()
    return any(torch.cpu.get_capabilities().get(name) for name in names)
