"""A folder of image files: one sub-folder a class, or without labels."""

import hashlib
import io
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from aecluster.errors import InputError
from aecluster.sources import colours
from aecluster.sources.classes import encode
from aecluster.sources.decoding import Broken, Picture, decoded, greatest, opened
from aecluster.sources.listing import Listing, closed, listed, listed_once
from aecluster.sources.memory import check_memory
from aecluster.sources.paths import existing_folder
from aecluster.sources.resizing import check_size
from aecluster.sources.source import About, Source, Unreadable

PICTURES = True
NO_LABELS = "none"
_LABELS = ("folders", NO_LABELS)
_BYTES_AT_A_TIME = 2**17
_SMALL = 4096  # bytes of a file; smaller ones decode fastest on one thread, since most is Python
_IN_MEMORY = 2**20  # bytes of a file; a larger one is read as it is needed
_PARTS_A_THREAD = 8  # at least, so that none waits long for the others


def files(*, path: str | os.PathLike, max_broken: float = 0.1, labels: str = "folders") -> dict:
    """Return no files: `listing` says what is there, and time stamps do not matter."""
    _planned(path, max_broken, labels)
    return {"images": [], "labels": []}


def count(*, path: str | os.PathLike, max_broken: float = 0.1, labels: str = "folders") -> int:
    """Return the number of image files, by listing alone."""
    return len(_planned(path, max_broken, labels).stamps)


def shape(*, path: str | os.PathLike, max_broken: float = 0.1, labels: str = "folders") -> None:
    """Return None: the images may differ."""


def listing(
    *, path: str | os.PathLike, max_broken: float = 0.1, labels: str = "folders"
) -> Listing:
    """Return the image files with their sizes and times."""
    return _planned(path, max_broken, labels)


def load(
    *, path: str | os.PathLike, max_broken: float = 0.1, labels: str = "folders"
) -> "FolderSource":
    """List the images; they are opened when they are read.

    Parameters
    ----------
    path : path
        A folder with images of any format that Pillow decodes, told by suffix, or by their first
        bytes where they have none; everything below it is read. Hidden files and others are left
        out.
    max_broken : float
        The part of the images, 0 to 1, that may be broken: they are left out and named. With more
        of them the data set is refused.
    labels : {"folders", "none"}
        "folders": the first level of sub-folders names the class, if there are two at least.

    Raises
    ------
    InputError
        If there are no images, or they are classes by folders and some lie beside these.
    """
    _check(max_broken, labels)
    found = listed(existing_folder(path))
    _check_folders(found, labels)
    return FolderSource(found, About(str(path)), max_broken, labels)


class FolderSource(Source):
    """Image files below a folder.

    All are grey if every file is, by its header; otherwise all are RGB. Each is decoded as
    `decoding` says.

    Parameters
    ----------
    found : Listing
    about : About
    max_broken, labels
        As in `load`.

    Attributes
    ----------
    names : list of str
        Path of each image below the folder, sorted.
    threads : int
        How many decode at the same time, at most; the images are the same with any number.
    whites : dict of str -> float
        As in `colours.white`; what is missing is found when it is needed.
    """

    def __init__(
        self, found: Listing, about: About, max_broken: float = 0.0, labels: str = "folders"
    ):
        self._root = found.root
        self.names, self.left_out = found.names, found.left_out
        self.n_images = len(self.names)
        self._n_bytes = np.array([n_bytes for n_bytes, _ in found.stamps.values()])
        self.about = about
        self.max_broken = max_broken
        self.whites: dict[str, float] = {}
        self._measuring = threading.Lock()
        self._sides: dict[int, tuple[int, int]] = {}
        self._digests: dict[int, str] = {}
        self._damaged: dict[int, str] = {}
        self._pages: dict[int, int] = {}
        folders = np.array([name.split("/")[0] if "/" in name else "" for name in self.names])
        if labels == "folders" and len(np.unique(folders)) > 1:
            self.labels, self.class_names = encode(folders, self.n_images, str(self._root))

    def read(self, indices: np.ndarray, size: int | None, fit: str = "crop") -> np.ndarray:
        images, why = self.read_some(indices, size, fit)
        if why:
            raise Unreadable(str(self._root / self.names[min(why)]), why)
        return images

    def read_some(
        self, indices: np.ndarray, size: int | None, fit: str = "crop"
    ) -> tuple[np.ndarray | None, dict[int, str]]:
        check_size(size)
        images, n_read, why = None, 0, {}
        for index, found in zip(indices.tolist(), self._decoded(indices, size, fit), strict=True):
            if isinstance(found, Broken):
                why[index] = str(found)
                continue
            pixels = found.pixels
            if images is None:
                images, first = self._array(len(indices), pixels), index
            if pixels.shape != images.shape[1:]:
                raise InputError(
                    f"{self._root} has images of different sizes, {_sides(images[0])} "
                    f"({self.names[first]}) and {_sides(pixels)} ({self.names[index]}); "
                    "set `size: 32`, or another, for this data set."
                )
            images[n_read] = pixels
            n_read += 1
            self._note(index, found)
        return None if images is None else images[:n_read], dict(sorted(why.items()))

    def take_over(self, facts: dict) -> None:
        self.whites = dict(facts.get("white", {}))

    def facts(self, indices: np.ndarray) -> dict:
        chosen = {index: self.names[index] for index in indices.tolist()}
        return {
            "folder": [name.rpartition("/")[0] for name in chosen.values()],
            "width": [self._sides[index][0] for index in chosen],
            "height": [self._sides[index][1] for index in chosen],
            "sha256": {self.names[index]: digest for index, digest in self._digests.items()},
            "damaged": {chosen[i]: why for i, why in self._damaged.items() if i in chosen},
            "first_of": {chosen[i]: n for i, n in self._pages.items() if i in chosen},
            "white": dict(self.whites),
        }

    def _decoded(
        self, indices: np.ndarray, size: int | None, fit: str
    ) -> Iterator[Picture | Broken]:
        """Decode images in their order, with several threads unless files are small.

        A thread gets some files at a time: to hand a small one over takes as long as to decode it.
        """
        mode = self._mode

        def attempts(part: np.ndarray) -> Iterator[Picture | Broken]:
            return (self._attempt(index, mode, size, fit) for index in part.tolist())

        if self._n_bytes.mean() < _SMALL:
            return attempts(indices)
        n_bytes = int(self._n_bytes[indices].sum())
        parts = max(n_bytes // _BYTES_AT_A_TIME, _PARTS_A_THREAD * self.threads)
        found = self._threads.map(
            lambda part: list(attempts(part)),
            np.array_split(indices, max(1, min(parts, len(indices)))),
        )
        return chain.from_iterable(found)

    def _attempt(self, index: int, mode: str, size: int | None, fit: str) -> Picture | Broken:
        try:
            with (self._root / self.names[index]).open("rb") as file:
                if os.fstat(file.fileno()).st_size <= _IN_MEMORY:
                    file = io.BytesIO(file.read())  # once, for the digest and the decoder
                self._digests[index] = hashlib.file_digest(file, "sha256").hexdigest()
                return decoded(file, mode, size, fit, self._white_of)
        except Broken as error:
            return error
        except OSError as error:
            return Broken(closed(error))

    def _note(self, index: int, picture: Picture) -> None:
        self._sides[index] = picture.width, picture.height
        if picture.damage:
            self._damaged[index] = picture.damage
        if picture.n_pages > 1:
            self._pages[index] = picture.n_pages

    def _array(self, n_images: int, pixels: np.ndarray) -> np.ndarray:
        shape = (n_images, *pixels.shape)
        check_memory(shape, np.uint8, f"the images of {self._root}", "set `limit` or `size`")
        return np.empty(shape, np.uint8)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads)

    @cached_property
    def _mode(self) -> str:
        """Mode of all images: headers are read until one tells of colours, mostly the first."""
        for path in self._paths():
            try:
                with path.open("rb") as file, opened(file) as image:
                    if not colours.is_grey(image):
                        return "RGB"
            except (OSError, Broken):
                continue
        return "L"

    def _white_of(self, kind: str) -> float:
        """Return what is white in images of a depth, for which all of them are looked at once."""
        with self._measuring:
            if kind not in self.whites:
                with ThreadPoolExecutor(self.threads) as threads:
                    found = threads.map(lambda path: _greatest(path, kind), self._paths())
                    self.whites[kind] = colours.white(kind, found)
            return self.whites[kind]

    def _paths(self) -> Iterator[Path]:
        return (self._root / name for name in self.names)


def _greatest(path: Path, kind: str) -> float:
    """Return the greatest value of an image of a depth, 0 for another or a broken one."""
    try:
        with path.open("rb") as file:
            return greatest(file, kind)
    except (OSError, Broken):
        return 0.0


def _planned(path: str | os.PathLike, max_broken: float, labels: str) -> Listing:
    _check(max_broken, labels)
    found = listed_once(existing_folder(path).absolute())
    _check_folders(found, labels)
    return found


def _check(max_broken: float, labels: str) -> None:
    if not 0 <= max_broken <= 1:
        raise InputError(f"max_broken must be a share from 0 to 1, but is {max_broken}.")
    if labels not in _LABELS:
        raise InputError(f"labels must be folders or none, but is {labels}.")


def _check_folders(found: Listing, labels: str) -> None:
    loose = next((name for name in found.names if "/" not in name), None)
    nested = next((name for name in found.names if "/" in name), None)
    if labels == "folders" and loose and nested:
        raise InputError(
            f"{found.root} has images at its top level ({loose}) and in sub-folders ({nested}); "
            "use one sub-folder for each class, or set `labels: none` to read them without classes."
        )


def _sides(image: np.ndarray) -> str:
    return f"{image.shape[1]} x {image.shape[0]}"  # as programs that show pictures say it
