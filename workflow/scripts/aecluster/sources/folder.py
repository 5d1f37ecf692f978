"""A folder of image files: one sub-folder a class, or all in one folder without labels."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from aecluster.errors import InputError
from aecluster.sources.classes import encode
from aecluster.sources.paths import existing_folder
from aecluster.sources.pixels import check_sides, scale_to_uint8
from aecluster.sources.resizing import check_size, fit, from_image
from aecluster.sources.source import About, Source

_GREY_MODES = {"1", "L", "LA", "La", "I", "F"}
_NOT_DECODED = {"BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF"}  # Pillow alone only names these
_GREATEST_16BIT = 65535


def files(*, path: str | os.PathLike) -> dict:
    """Return the image files; the labels are the names of their folders."""
    root = existing_folder(path)
    paths = [str(root / name) for name in _image_names(root)]
    return {"images": paths, "labels": paths}


def count(*, path: str | os.PathLike) -> int:
    """Return the number of image files, by listing alone."""
    return len(_image_names(existing_folder(path)))


def load(*, path: str | os.PathLike) -> "FolderSource":
    """List the images; they are opened when they are read.

    Parameters
    ----------
    path : path
        A folder with images of any format that Pillow decodes, told by suffix. Either in
        sub-folders, where the first level names the class, or all in the folder itself. Hidden
        files and other suffixes are left out.

    Raises
    ------
    InputError
        If there are no images, or some in sub-folders and some beside these.
    """
    return FolderSource(existing_folder(path), About(str(path)))


class FolderSource(Source):
    """Image files below a folder.

    All are grey if every file is, by its header; otherwise all are RGB. Photographs are turned
    upright, transparency becomes white, 16 bit becomes 8, and of an animation the first frame
    counts.

    Attributes
    ----------
    names : list of str
        Path of each image below the folder, sorted.
    """

    def __init__(self, root: Path, about: About):
        self._root = root
        self.names = _image_names(root)
        self.n_images = len(self.names)
        self.about = about
        if "/" in self.names[0]:
            folders = np.array([name.split("/")[0] for name in self.names])
            self.labels, self.class_names = encode(folders, self.n_images, str(root))

    def read(self, indices: np.ndarray, size: int | None) -> np.ndarray:
        check_size(size)
        first = self._pixels(indices[0], size)
        images = np.empty((len(indices), *first.shape), np.uint8)
        images[0] = first
        for place, index in enumerate(indices[1:], start=1):
            pixels = self._pixels(index, size)
            if pixels.shape != first.shape:
                raise InputError(
                    f"{self._root} has images of different sizes, {_sides(first)} "
                    f"({self.names[indices[0]]}) and {_sides(pixels)} ({self.names[index]}); "
                    "set `size: 32`, or another, for this data set."
                )
            images[place] = pixels
        return images

    def _pixels(self, index: int, size: int | None) -> np.ndarray:
        mode = self._mode
        with _opened(self._root / self.names[index]) as image:
            if size is not None:
                image.draft(None, (2 * size, 2 * size))  # a JPEG is decoded at a lower resolution
            image = _eight_bit(ImageOps.exif_transpose(image)).convert(mode)
            return from_image(image if size is None else fit(image, size))

    @cached_property
    def _mode(self) -> str:
        """Mode of all images; reads every header."""
        grey = True
        for name in self.names:
            path = self._root / name
            with _opened(path) as image:
                check_sides(image.height, image.width, str(path))
                grey = grey and (image.mode in _GREY_MODES or image.mode.startswith("I;16"))
        return "L" if grey else "RGB"


def _image_names(root: Path) -> list[str]:
    """List the images below a folder, as sorted relative paths with `/`."""
    suffixes = _image_suffixes()
    names = []
    for folder, found in _walk(root):
        prefix = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
        names += [prefix + name for name in found if Path(name).suffix.lower() in suffixes]
    names.sort()
    if not names:
        raise InputError(
            f"{root} holds no images; put them there, or in one sub-folder for each class "
            "(PNG, JPEG, TIFF, ..., told by suffix)."
        )
    flat = [name for name in names if "/" not in name]
    if flat and len(flat) < len(names):
        nested = next(name for name in names if "/" in name)
        raise InputError(
            f"{root} holds images both in itself ({flat[0]}) and in sub-folders ({nested}); "
            "use one sub-folder for each class, or none at all."
        )
    return names


def _walk(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Give (folder, names of files in it), without hidden ones and each folder once.

    Links to folders are followed, but not back into `root`: what is there is found anyway.
    """
    inside = os.path.realpath(root)
    seen = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not _leads_back(Path(folder, name), inside)
        )
        yield Path(folder), [name for name in names if not name.startswith(".")]


def _leads_back(path: Path, root: str) -> bool:
    return path.is_symlink() and Path(os.path.realpath(path)).is_relative_to(root)


def _image_suffixes() -> set[str]:
    suffixes = Image.registered_extensions()
    return {
        suffix
        for suffix, kind in suffixes.items()
        if kind not in _NOT_DECODED and (kind in Image.OPEN or kind == "MPO")
    }


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open an image, and say every error of decoding it in one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                yield image
    except InputError:
        raise
    except UnidentifiedImageError as error:
        raise InputError(
            f"{path} is not an image that Pillow knows; remove it, or save it again."
        ) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise InputError(
            f"{path} has more pixels than the safe {Image.MAX_IMAGE_PIXELS}; make it smaller first."
        ) from error
    except Exception as error:  # decoders of broken files raise nearly anything
        raise InputError(
            f"{path} does not decode as an image ({error}); remove it, or save it again."
        ) from error


def _eight_bit(image: Image.Image) -> Image.Image:
    """Return an image without transparency whose values are 8-bit."""
    if image.mode.startswith("I"):
        return _scaled(image, _GREATEST_16BIT)
    if image.mode == "F":
        return _scaled(image, 1)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image


def _scaled(image: Image.Image, greatest: int) -> Image.Image:
    values = np.asarray(image)
    if not (values.min() >= 0 and values.max() <= greatest):
        raise ValueError(
            f"values from {values.min()} to {values.max()}, where its format allows 0 to {greatest}"
        )
    return Image.fromarray(scale_to_uint8(values, 255 / greatest))


def _sides(pixels: np.ndarray) -> str:
    return f"{pixels.shape[0]} x {pixels.shape[1]}"
