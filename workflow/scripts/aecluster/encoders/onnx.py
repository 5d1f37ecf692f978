"""An image encoder as an ONNX graph: DINOv2, the image tower of CLIP or SigLIP, or the like.

ONNX Runtime runs the graph and nothing else of the file: operators that it does not know are
refused, and weights outside of the file are read from the file's own folder only.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from aecluster.errors import InputError, printable
from aecluster.sources.channels import with_channels
from aecluster.sources.resizing import fit_all

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
USUAL_SIZE = 224
# Images at once, where the graph leaves it open: what two need stays in a processor's cache.
_BATCH, _CUDA_BATCH = 2, 32
_TYPES = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8,
}
_POOLING = ("first", "mean")


def check(*, path: str, pooling: str = "mean", **params) -> None:
    """Refuse a file that is not there, and a pooling that is none, before any job starts."""
    file = Path(path).expanduser()
    if not file.is_file():
        raise InputError(f"params.path is {path}, but no file is there; check the path.")
    if not os.access(file, os.R_OK):
        raise InputError(f"params.path is {path}, which cannot be read; change its permissions.")
    if pooling not in _POOLING:
        raise InputError(f"params.pooling is {pooling}, but must be one of {', '.join(_POOLING)}.")


class Encoder:
    """The graph of a file, ready to encode. It trains nothing and reconstructs nothing.

    Parameters
    ----------
    path : str
        The .onnx file. Its input is a batch of images, (n, C, H, W) or (n, H, W, C), C = 1 or 3.
    mean, std : list of float
        Subtracted from the pixels in [0, 1], and what they are then divided by, of each channel.
        A graph that takes bytes gets them as they are.
    size : int or None
        Height and width that images are resized to. None takes the graph's own, or 224.
    output : str
        Name of the output to use. Empty takes the first one that is a vector an image, or else the
        first of tokens or of a feature map.
    pooling : {"mean", "first"}
        How tokens become one vector: their mean, or the first, which is the class token in a
        vision transformer that has one. Feature maps are always averaged.
    device : {"cpu", "auto", "cuda"}
        `auto` is CUDA where the installed ONNX Runtime offers it.

    Attributes
    ----------
    batch_size : int
        Images that the graph gets at once; the last batch may have fewer.

    Raises
    ------
    InputError
        If the file is no such graph.
    """

    batch_invariant = False  # whether features of an image do not depend on its batch, to the bit

    def __init__(
        self,
        path,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        size=None,
        output="",
        pooling="mean",
        device="cpu",
    ):
        self._path = path
        self._session = _session(Path(path).expanduser(), device)
        self._input = self._only_input()
        self._layout, self._channels, sides = self._read_shape()
        self._size = self._check_size(size, sides)
        self._pooling = pooling
        self._mean = self._per_channel("mean", mean)
        self._std = self._per_channel("std", std)
        self._output = self._choose_output(output)
        n = self._input.shape[0]
        self._batch_is_fixed = isinstance(n, int)
        on_cuda = "CUDAExecutionProvider" in self._session.get_providers()
        self.batch_size = n if self._batch_is_fixed else _CUDA_BATCH if on_cuda else _BATCH

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Return the vectors of some images.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, H, W, C), C = 1 or 3
            Of any size; the graph gets them as large as it wants, in batches.

        Returns
        -------
        ndarray of float32, shape (n, D)

        Raises
        ------
        InputError
            If the graph fails, or gives vectors that are not finite.
        """
        step = self.batch_size
        parts = [self._run(images[start : start + step]) for start in range(0, len(images), step)]
        return np.concatenate(parts)

    def _run(self, images: np.ndarray) -> np.ndarray:
        n = len(images)
        batch = self._prepared(images)
        if self._batch_is_fixed and n < self.batch_size:  # the graph takes no fewer
            batch = np.concatenate([batch, np.repeat(batch[-1:], self.batch_size - n, axis=0)])
        with _said_of(self._path, "cannot be run on these images"):
            found = self._session.run([self._output], {self._input.name: batch})[0]
        vectors = self._pooled(np.asarray(found))[:n].astype(np.float32)
        if not np.isfinite(vectors).all():
            raise InputError(
                f"{self._path} gives numbers that are not finite; check its mean and std, "
                "or export it in float32."
            )
        return vectors

    def _prepared(self, images: np.ndarray) -> np.ndarray:
        """Return images as the graph wants them: size, channels, numbers, layout."""
        images = with_channels(fit_all(images, self._size), self._channels)
        dtype = _TYPES[self._input.type]
        if dtype != np.uint8:
            images = ((images / np.float32(255) - self._mean) / self._std).astype(dtype)
        return np.ascontiguousarray(
            np.moveaxis(images, -1, 1) if self._layout == "NCHW" else images
        )

    def _pooled(self, found: np.ndarray) -> np.ndarray:
        if found.ndim == 4:  # the axis as long as the channels of a map is not its height or width
            axes = (2, 3) if found.shape[2] == found.shape[3] else (1, 2)
            return found.mean(axes)
        if found.ndim == 3:
            return found[:, 0] if self._pooling == "first" else found.mean(1)
        return found

    def _only_input(self):
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            names = ", ".join(i.name for i in inputs)
            raise InputError(
                f"{self._path} has {len(inputs)} inputs ({names}); an image encoder has one: "
                "export the image tower alone."
            )
        if inputs[0].type not in _TYPES:
            raise InputError(
                f"{self._path} takes {inputs[0].type}; images need float32, float16 or uint8: "
                "export it with such an input."
            )
        return inputs[0]

    def _read_shape(self) -> tuple[str, int, tuple]:
        """Return layout, channels and (height, width) of the input; a side that is free is None."""
        shape = [side if isinstance(side, int) else None for side in self._input.shape]
        for layout in ("NCHW", "NHWC"):
            at = layout.index("C")
            if len(shape) == 4 and shape[at] in (1, 3):
                return layout, shape[at], tuple(shape[layout.index(side)] for side in "HW")
        if shape == [None] * 4:
            return "NCHW", 3, (None, None)
        raise InputError(
            f"{self._path} takes an input of shape {self._input.shape}; an image encoder takes "
            "(n, C, H, W) or (n, H, W, C) with C 1 or 3."
        )

    def _check_size(self, size: int | None, sides: tuple) -> int:
        fixed = {side for side in sides if side is not None}
        if len(fixed) > 1:
            raise InputError(
                f"{self._path} takes images of {sides[0]} x {sides[1]} pixels; only square ones "
                "are supported: export it with a square or a free size."
            )
        if fixed and size not in (None, *fixed):
            raise InputError(
                f"{self._path} takes images of {sides[0]} x {sides[1]} pixels, but `size` is "
                f"{size}; remove `size`."
            )
        return next(iter(fixed), size or USUAL_SIZE)

    def _per_channel(self, key: str, values) -> np.ndarray:
        numbers = np.asarray(values, dtype=np.float32).reshape(-1)
        if len(numbers) not in (1, self._channels) or (key == "std" and not (numbers > 0).all()):
            positive = " above 0" if key == "std" else ""
            raise InputError(
                f"params.{key} is {values}, but must be {self._channels} numbers{positive}, one "
                "for each channel of the graph's input."
            )
        return numbers

    def _choose_output(self, name: str) -> str:
        outputs = {output.name: output for output in self._session.get_outputs()}
        if name and name not in outputs:
            raise InputError(
                f"params.output is {name}, but {self._path} has {', '.join(outputs)}; name one."
            )
        chosen = [outputs[name]] if name else list(outputs.values())
        for n_axes in (2, 3, 4):
            for output in chosen:
                if len(output.shape) == n_axes and output.type in _TYPES:
                    return output.name
        shapes = ", ".join(f"{output.name} {output.shape}" for output in chosen)
        raise InputError(
            f"{self._path} gives {shapes}; an image encoder gives a vector (n, D), tokens "
            "(n, T, D) or a feature map (n, D, H, W): name another one as params.output."
        )


def _session(path: Path, device: str):
    """Open a graph on one thread: its results are then the same wherever it runs."""
    import onnxruntime

    known = onnxruntime.get_available_providers()
    on_cuda = device != "cpu" and "CUDAExecutionProvider" in known
    if device == "cuda" and not on_cuda:
        raise InputError(
            "device cuda is not offered by the ONNX Runtime that is installed; install "
            "onnxruntime-gpu, or set `device: cpu`."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what is wrong is raised, and said in one sentence
    providers = [*(["CUDAExecutionProvider"] if on_cuda else []), "CPUExecutionProvider"]
    with _said_of(path, "is not an ONNX model that ONNX Runtime can load"):
        return onnxruntime.InferenceSession(path, options, providers=providers)


@contextmanager
def _said_of(path: str | Path, what: str) -> Iterator[None]:
    """Say every error of ONNX Runtime, whose classes are many, in one sentence."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path} {what} ({printable(lines[0][:200])}).") from error
