"""Where tensors are computed."""

import torch

from aecluster.errors import InputError


def choose_device(name: str) -> torch.device:
    """Return the device for a name of the config; `auto` is CUDA or MPS where there is one.

    Raises
    ------
    InputError
        If the named device is not there.
    """
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        name = next(device for device, there in available.items() if there)
    if not available[name]:
        raise InputError(f"device {name} is not on this machine; set `device: auto` or `cpu`.")
    return torch.device(name)


def fix_arithmetic(threads: int) -> None:
    """Fix the number of threads and ask for deterministic kernels: equal runs, equal bits."""
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
