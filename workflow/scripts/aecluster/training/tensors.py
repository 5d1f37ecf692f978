"""Files of tensors: equal content gives equal bytes, and reading runs no code from the file."""

import io
import os

import torch

from aecluster.errors import InputError
from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified


def save_tensors(path: str | os.PathLike, content: dict) -> None:
    """Save what torch.load(weights_only=True) reads: tensors, numbers, text, and lists of them."""
    # torch writes the name of the file into it, and does not say why it cannot write: a buffer.
    buffer = io.BytesIO()
    torch.save(content, buffer)
    with written_whole(path) as draft:
        draft.write_bytes(buffer.getbuffer())


def load_tensors(path: str | os.PathLike, what: str) -> dict:
    """Load what `save_tensors` wrote, onto the CPU.

    Parameters
    ----------
    path : path
    what : str
        What the file should be, for the error.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    try:
        return torch.load(verified(path), weights_only=True, map_location="cpu")
    except InputError:
        raise
    except Exception as error:  # reading what is damaged, or not its own, may raise anything
        raise InputError(
            f"{path} is not a whole {what} ({type(error).__name__}); delete it and run again."
        ) from error
