"""Which floats a model computes in: single precision, or half of it where that is faster."""

from contextlib import AbstractContextManager

import torch

_TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class Precision:
    """Mixed precision by torch.autocast, weights and optimizer staying in float32.

    Micikevicius et al. 2018, Mixed Precision Training. Gradients in float16 are scaled so that
    small ones do not vanish; bfloat16 has the range of float32 and needs no scale.

    Parameters
    ----------
    name : str
        As in the config. `auto` is bfloat16 on a CUDA device that computes in it, float16 on an
        older one, and float32 elsewhere.
    device : torch.device
    """

    def __init__(self, name: str, device: torch.device):
        self.name = _faster_on(device) if name == "auto" else name
        self._device = device.type
        self._scaler = torch.amp.GradScaler(device.type, enabled=self.name == "float16")

    def forward(self) -> AbstractContextManager:
        """Return the context for the forward pass and the loss."""
        dtype = _TYPES[self.name]
        return torch.autocast(self._device, dtype=dtype, enabled=dtype != torch.float32)

    def step(self, loss: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
        """Compute gradients of the loss and let the optimizer step, unless they overflowed."""
        self._scaler.scale(loss).backward()
        self._scaler.step(optimizer)
        self._scaler.update()

    def state_dict(self) -> dict:
        """Return the scale, for a training that goes on later."""
        return self._scaler.state_dict()

    def load_state_dict(self, state: dict) -> None:
        """Go on with the scale of `state_dict`."""
        if state:
            self._scaler.load_state_dict(state)


def _faster_on(device: torch.device) -> str:
    if device.type != "cuda":
        return "float32"
    return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
