"""A folder of image files: one sub-folder a class, or all in one folder without labels."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from aecluster.errors import InputError, printable
from aecluster.sources.classes import encode
from aecluster.sources.memory import check_memory
from aecluster.sources.paths import existing_folder
from aecluster.sources.pixels import MIN_SIDE, scale_to_uint8
from aecluster.sources.resizing import check_size, fit, from_image
from aecluster.sources.source import About, Source, Unreadable

_GREY_MODES = {"1", "L", "LA", "La", "I", "F"}
# Pillow alone only names these, or (EPS) hands them to a program that runs what is in them.
_NOT_DECODED = {"BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF"}
_GREATEST_16BIT = 65535


def files(*, path: str | os.PathLike, max_broken: float = 0.1) -> dict:
    """Return the image files; the labels are the names of their folders."""
    _check_part(max_broken)
    root = existing_folder(path)
    paths = [str(root / name) for name in _listed(root)[0]]
    return {"images": paths, "labels": paths}


def count(*, path: str | os.PathLike, max_broken: float = 0.1) -> int:
    """Return the number of image files, by listing alone."""
    _check_part(max_broken)
    return len(_listed(existing_folder(path))[0])


def shape(*, path: str | os.PathLike, max_broken: float = 0.1) -> None:
    """Return None: the images may differ."""


def load(*, path: str | os.PathLike, max_broken: float = 0.1) -> "FolderSource":
    """List the images; they are opened when they are read.

    Parameters
    ----------
    path : path
        A folder with images of any format that Pillow decodes, told by suffix. Either in
        sub-folders, where the first level names the class, or all in the folder itself. Hidden
        files and other suffixes are left out.
    max_broken : float
        The part of the images, 0 to 1, that may be broken: they are left out and named. With more
        of them the data set is refused.

    Raises
    ------
    InputError
        If there are no images, or some in sub-folders and some beside these.
    """
    _check_part(max_broken)
    return FolderSource(existing_folder(path), About(str(path)), max_broken)


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

    def __init__(self, root: Path, about: About, max_broken: float = 0.0):
        self._root = root
        self.names, self.left_out = _listed(root)
        self.n_images = len(self.names)
        self.about = about
        self.max_broken = max_broken
        if "/" in self.names[0]:
            folders = np.array([name.split("/")[0] for name in self.names])
            self.labels, self.class_names = encode(folders, self.n_images, str(root))

    def read(self, indices: np.ndarray, size: int | None) -> np.ndarray:
        check_size(size)
        broken = self._headers[1]
        if not broken.keys().isdisjoint(indices.tolist()):
            raise self._unreadable(broken)
        first, images, broken = None, None, {}
        for place, index in enumerate(indices.tolist()):
            try:
                pixels = self._pixels(index, size)
            except _Broken as error:
                broken[index] = str(error)
                continue
            if images is None:
                first = index
                images = self._room(len(indices), pixels)
            if pixels.shape != images.shape[1:]:
                raise InputError(
                    f"{self._root} has images of different sizes, {_sides(images[0].shape)} "
                    f"({self.names[first]}) and {_sides(pixels.shape)} ({self.names[index]}); "
                    "set `size: 32`, or another, for this data set."
                )
            images[place] = pixels
        if broken:
            raise self._unreadable(broken)
        return images

    def _room(self, n_images: int, pixels: np.ndarray) -> np.ndarray:
        shape = (n_images, *pixels.shape)
        check_memory(shape, np.uint8, f"the images of {self._root}", "set `limit` or `size`")
        return np.empty(shape, np.uint8)

    def _unreadable(self, broken: dict[int, str]) -> Unreadable:
        return Unreadable(str(self._root / self.names[min(broken)]), dict(sorted(broken.items())))

    def _pixels(self, index: int, size: int | None) -> np.ndarray:
        mode = self._headers[0]
        with _opened(self._root / self.names[index]) as image:
            if size is not None:
                image.draft(None, (2 * size, 2 * size))  # a JPEG is decoded at a lower resolution
            image = _eight_bit(ImageOps.exif_transpose(image)).convert(mode)
            return from_image(image if size is None else fit(image, size))

    @cached_property
    def _headers(self) -> tuple[str, dict[int, str]]:
        """Mode of all images, and those whose header is broken; reads every header."""
        grey, broken = True, {}
        for index, name in enumerate(self.names):
            try:
                with _opened(self._root / name) as image:
                    if min(image.size) < MIN_SIDE:
                        raise _Broken(
                            f"is {image.height} x {image.width} pixels, and images need at least "
                            f"{MIN_SIDE} x {MIN_SIDE}"
                        )
                    grey = grey and (image.mode in _GREY_MODES or image.mode.startswith("I;16"))
            except _Broken as error:
                broken[index] = str(error)
        return "L" if grey else "RGB", broken


class _Broken(Exception):
    """One image cannot be read; the message says why, after its name."""


def _check_part(max_broken: float) -> None:
    if not 0 <= max_broken <= 1:
        raise InputError(f"max_broken is {max_broken}, but must be a part of all: 0 to 1.")


def _listed(root: Path) -> tuple[list[str], dict[str, str]]:
    """List the images below a folder, and what else is there with why it is left out.

    Both are relative paths with `/`, sorted.
    """
    suffixes = _image_suffixes()
    names, left_out = [], {}
    for folder, found, passed_by in _walk(root):
        prefix = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
        left_out |= {printable(prefix + name): why for name, why in passed_by.items()}
        for name in found:
            why = _why_no_image(folder / name, suffixes)
            if why:
                left_out[printable(prefix + name)] = why
            else:
                names.append(prefix + name)
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
    return names, dict(sorted(left_out.items()))


def _why_no_image(path: Path, suffixes: set[str]) -> str | None:
    """Tell from its name and kind why a file is left out, None for what may be an image."""
    if path.name.startswith("."):
        return "hidden"
    if path.suffix.lower() not in suffixes:
        return "no image by its suffix"
    if not path.is_file():
        return "a link to nothing" if path.is_symlink() else "no regular file"
    if not _is_text(path):
        return "its name is not UTF-8, or holds a line break"
    return None


def _is_text(path: Path) -> bool:
    try:
        return b"\n" not in str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False


def _walk(root: Path) -> Iterator[tuple[Path, list[str], dict[str, str]]]:
    """Give (folder, names of files in it, names of folders that are not entered and why).

    Each folder comes once. Links to folders are followed, but not back into `root`, where all is
    found anyway, nor to what is around it.
    """
    inside = os.path.realpath(root)
    seen, refused = set(), {}

    def note(error: OSError) -> None:
        refused[os.path.relpath(error.filename, root)] = f"cannot be opened ({error.strerror})"

    for folder, folders, names in os.walk(root, followlinks=True, onerror=note):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        hidden = {f"{name}/": "hidden" for name in folders if name.startswith(".")}
        back = {f"{n}/": "a link back" for n in folders if _leads_back(Path(folder, n), inside)}
        passed_by = back | hidden
        folders[:] = sorted(name for name in folders if f"{name}/" not in passed_by)
        yield Path(folder), names, passed_by
    yield root, [], refused


def _leads_back(path: Path, root: str) -> bool:
    if not path.is_symlink():
        return False
    real = Path(os.path.realpath(path))
    return real.is_relative_to(root) or Path(root).is_relative_to(real)


def _image_suffixes() -> set[str]:
    """Return the suffixes of what is decoded; importing Pillow's plugins, once."""
    suffixes = Image.registered_extensions()
    return {
        suffix
        for suffix, kind in suffixes.items()
        if kind not in _NOT_DECODED and (kind in Image.OPEN or kind == "MPO")
    }


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open an image, and say every error of decoding it in few words, as _Broken."""
    formats = [kind for kind in Image.OPEN if kind not in _NOT_DECODED]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=formats) as image:
                yield image
    except (_Broken, MemoryError):
        raise
    except UnidentifiedImageError as error:
        empty = path.stat().st_size == 0
        raise _Broken("is empty" if empty else "is not an image that Pillow knows") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _Broken(f"has more pixels than the safe {Image.MAX_IMAGE_PIXELS}") from error
    except Exception as error:  # decoders of broken files raise nearly anything
        reason = str(error) or type(error).__name__
        raise _Broken(f"does not decode as an image ({printable(reason)})") from error


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


def _sides(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} x {shape[1]}"
