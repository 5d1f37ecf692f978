"""Where tensors are computed, and so that equal runs give equal bits."""

import os

import torch
from torch import Tensor

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


def describe_device(device: torch.device) -> str:
    """Return a device as a person knows it: cpu, mps, or the name of a CUDA device."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def fix_arithmetic(threads: int) -> None:
    """Fix the number of threads and ask for deterministic kernels: equal runs, equal bits.

    On CUDA, an operation that has no deterministic kernel warns in the log of the job.
    """
    torch.set_num_threads(threads)
    # What cuBLAS needs to be deterministic, read when CUDA starts.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.backends.cudnn.benchmark = False
    # As `use_deterministic_algorithms` does, which imports a compiler as well: a second.
    torch.set_deterministic_debug_mode("warn")
    # Nothing here reads memory that it has not written; to fill it takes 4 % of a training.
    torch.utils.deterministic.fill_uninitialized_memory = False


def get_random_states(device: torch.device) -> list[Tensor]:
    """Return the states of the generators that a model may draw from: the CPU's, the device's."""
    states = [torch.get_rng_state()]
    if device.type != "cpu":
        states.append(torch.get_device_module(device).get_rng_state())
    return states


def set_random_states(device: torch.device, states: list[Tensor]) -> None:
    """Set what `get_random_states` returned; a state of another device is left out."""
    torch.set_rng_state(states[0])
    if device.type != "cpu" and len(states) > 1:
        torch.get_device_module(device).set_rng_state(states[1])
