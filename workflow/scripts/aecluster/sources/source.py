"""What a source of images gives to the rest.

A source is one module of this package, found by its name, with

- `files(**settings) -> {"images": [path, ...], "labels": [path, ...]}`: the files that images and
  labels are read from (what a change of makes the workflow read again), without reading them; a
  source that takes neither `images`, `labels` nor `path` may leave it out;
- if each image is a file, `listing(**settings) -> Listing` as well, and empty lists by `files`;
- `count(**settings) -> int`: the number of images, from headers or listings alone;
- `shape(**settings) -> (H, W, C)`, or None where only reading tells, as without this function;
- `load(**settings) -> Source`: the source itself;
- if each image is a picture below its `path`, under its name, which other programs can show:
  `PICTURES = True`. The page then opens these files, folders of groups link to them, and the time
  of a photograph is read from them; sounds drawn as images have names and are no pictures;
- if it has labels that nobody named, `NO_LABELS`: what its key `labels` says to leave them out;
- if one file holds both, `fingerprints(**settings) -> {"images": str, "labels": str}`: what tells
  whether the images or only the labels of that file changed.

The keyword arguments are the keys that the source takes in the config, the same in all of these.
What is missing or wrong raises InputError, in `files` and `count` already where the answer needs
it. The module imports nothing heavier than NumPy and Pillow: the workflow imports it to ask for
`files`.
"""

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from aecluster.errors import InputError


@dataclass(frozen=True)
class About:
    """Where images come from, for dataset.json and the report."""

    source: str
    licence: str = "as given by whoever made the data"


class Unreadable(InputError):
    """Some images cannot be read; the others can, when these are left out.

    Attributes
    ----------
    why : dict of int -> str
        Index of each such image, and what is wrong with it.
    """

    def __init__(self, where: str, why: Mapping[int, str]):
        super().__init__(f"{where} {next(iter(why.values()))}; remove it, or save it again.")
        self.why = dict(why)


class Source(ABC):
    """Images that can be read by index, with or without labels.

    Attributes
    ----------
    n_images : int
    shape : tuple of int, or None
        (H, W, C) of the images as they are, None where only reading tells.
    labels : ndarray of int64, shape (n_images,), or None
        Class of each image, an index into `class_names`; -1 for an unlabelled one.
    class_names : list of str, or None
    about : About
    names : list of str, or None
        Name of the file of each image, if each has one of its own.
    max_broken : float
        The part of the images that may be broken and left out; with more the data set is refused.
    left_out : dict of str -> str
        Files that are no images, and why.
    threads : int
        How many may read at the same time; the images are the same with any number.
    """

    n_images: int
    shape: tuple[int, int, int] | None = None
    names: list[str] | None = None
    max_broken: float = 0.0
    left_out: Mapping[str, str] = MappingProxyType({})
    threads: int = 1
    labels: np.ndarray | None = None
    class_names: list[str] | None = None
    about: About

    @abstractmethod
    def read(self, indices: np.ndarray, size: int | None, fit: str = "crop") -> np.ndarray:
        """Return the images at `indices` in that order, shape (n, H, W, C), uint8, C = 1 or 3.

        With `size`, at least 8, each becomes size x size pixels in the way of `fit`, see
        `resizing.squared`; with None, all must have one size.

        Raises
        ------
        Unreadable
            If some of them cannot be read.
        """

    def read_some(
        self, indices: np.ndarray, size: int | None, fit: str = "crop"
    ) -> tuple[np.ndarray | None, dict[int, str]]:
        """As `read`, but leave out what cannot be read; also return why, by index.

        None stands for no images at all.
        """
        try:
            return self.read(indices, size, fit), {}
        except Unreadable as error:
            rest = indices[~np.isin(indices, list(error.why))]
            images, why = self.read_some(rest, size, fit) if len(rest) else (None, {})
            return images, dict(sorted({**error.why, **why}.items()))

    def take_over(self, facts: dict) -> None:
        """Read as other images were, by what `facts` said of them; here, nothing to do."""
        return None

    def facts(self, indices: np.ndarray) -> dict:
        """Return what is known of the files of images after they were read, {} if they have none.

        Returns
        -------
        dict
            "folder", "width", "height": one for each of the images, of the whole picture and
            upright; "sha256": of each file that was read, by name; "damaged": what is missing of
            which files; "first_of": how many pages those have of which only the first was read;
            "white": see `colours.white`.
        """
        return {}


def load_source(name: str, arguments: dict) -> Source:
    """Return the images and labels of a source, given its name and keyword arguments."""
    return importlib.import_module(f"aecluster.sources.{name}").load(**arguments)
