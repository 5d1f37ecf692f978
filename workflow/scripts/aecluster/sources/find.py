"""What is known of a data set before anything is read: its files, how many images."""

import importlib
import os
from collections.abc import Callable

from aecluster.errors import InputError
from aecluster.methods import locate, takes
from aecluster.signatures import constant

KEYS = ("images", "labels", "path")
_USUAL_SHAPE = (3, 32, 32)


def source_arguments(dataset: dict) -> dict:
    """Return the keyword arguments of a data set's source, from its settings in the config."""
    given = {key: dataset[key] for key in KEYS if dataset[key] is not None}
    return {**given, **dataset["params"]}


def without_labels(dataset: dict) -> dict:
    """Return the settings of a data set of which only the images count."""
    return {**dataset, "labels": getattr(_module(dataset), "NO_LABELS", None)}


def is_unlabelled(dataset: dict) -> bool:
    """Return whether a data set has no labels by its settings; some have none for all that."""
    taken = takes("sources", dataset["source"]).arguments
    given = source_arguments(dataset).get("labels", taken.get("labels"))
    return "labels" in taken and given == without_labels(dataset)["labels"]


def n_images(dataset: dict) -> int:
    """Return how many images a data set has at most, from headers and listings."""
    count = _function(dataset, "count")(**source_arguments(dataset))
    return count if dataset["limit"] is None else min(count, dataset["limit"])


def shape(dataset: dict) -> tuple[int | None, int | None, int | None]:
    """Return (H, W, C) of a data set's images, None where only reading tells."""
    tell = getattr(_module(dataset), "shape", None)
    known = (tell and tell(**source_arguments(dataset))) or (None, None, None)
    size = dataset["size"]
    return known if size is None else (size, size, known[2])


def image_shape(dataset: dict) -> tuple[tuple[int, int, int], bool]:
    """Return (C, H, W), as a network takes a data set's images, and whether their size is known.

    What only reading tells is taken to be that of colour images of 32 x 32.
    """
    height, width, channels = shape(dataset)
    usual = zip((channels, height, width), _USUAL_SHAPE, strict=True)
    return tuple(found or side for found, side in usual), height is not None


def source_files(dataset: dict, what: str) -> list[str]:
    """Return the files that the "images" or "labels" of a data set are read from.

    Images that are balanced are chosen by their labels, so they depend on both.
    """
    files = _files(dataset)
    if what == "images" and dataset["balance"]:
        return list(dict.fromkeys(files["images"] + files["labels"]))
    return files[what]


def pictures(dataset: dict) -> str | None:
    """Return the folder in which each image of a data set is a picture, under its name, that
    programs can show, with `~` expanded; None where images are no such files, whether they have
    names or not.

    Nothing is imported, and settings may be unchecked: a data set without such a source has none.
    """
    source = dataset.get("source")
    if not isinstance(source, str) or not constant(locate("sources", source)[0], "PICTURES"):
        return None
    folder = dataset.get("path")
    if not isinstance(folder, str):
        return None
    return os.path.expanduser(folder)  # noqa: PTH111 - a user that is not there is no error


def listing(dataset: dict):
    """Return the `listing.Listing` of a data set whose images are a file each, None for another."""
    module = _module(dataset)
    if not hasattr(module, "listing"):
        return None
    return module.listing(**source_arguments(dataset))


def fingerprints(dataset: dict, what: str) -> dict[str, str]:
    """Return fingerprints of the parts of an archive that "images" or "labels" are read from.

    Empty for sources whose files say it all. An archive changes as a whole when one of its members
    does; the fingerprints tell which.
    """
    module = _module(dataset)
    if not hasattr(module, "fingerprints"):
        return {}
    members = module.fingerprints(**source_arguments(dataset))
    if what == "images" and not dataset["balance"]:
        members.pop("labels", None)
    return {"fingerprints": members}


def _files(dataset: dict) -> dict[str, list[str]]:
    """Return what a source says of its files: none by itself, where it is given none either."""
    named = not takes("sources", dataset["source"]).arguments.keys().isdisjoint(KEYS)
    if not named and not hasattr(_module(dataset), "files"):
        return {"images": [], "labels": []}
    return _function(dataset, "files")(**source_arguments(dataset))


def _function(dataset: dict, name: str) -> Callable:
    """Return a function of a source that has to be there, or say that it is missing."""
    function = getattr(_module(dataset), name, None)
    if function is None:
        source = dataset["source"]
        raise InputError(
            f"the source {source} must tell `{name}` of its images, but sources/{source}.py has no "
            "such function; add it (see docs/extending.md)."
        )
    return function


def _module(dataset: dict):
    return importlib.import_module(f"aecluster.sources.{dataset['source']}")
