"""What is known of a data set before anything is read: its files, how many images."""

import importlib

KEYS = ("images", "labels", "path")
_USUAL_SHAPE = (3, 32, 32)


def source_arguments(dataset: dict) -> dict:
    """Return the keyword arguments of a data set's source, from its settings in the config."""
    given = {key: dataset[key] for key in KEYS if dataset[key] is not None}
    return {**given, **dataset["params"]}


def without_labels(dataset: dict) -> dict:
    """Return the settings of a data set of which only the images count."""
    return {**dataset, "labels": getattr(_module(dataset), "NO_LABELS", None)}


def n_images(dataset: dict) -> int:
    """Return how many images a data set has at most, from headers and listings."""
    count = _module(dataset).count(**source_arguments(dataset))
    return count if dataset["limit"] is None else min(count, dataset["limit"])


def shape(dataset: dict) -> tuple[int | None, int | None, int | None]:
    """Return (H, W, C) of a data set's images, None where only reading tells."""
    known = _module(dataset).shape(**source_arguments(dataset)) or (None, None, None)
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
    files = _module(dataset).files(**source_arguments(dataset))
    if what == "images" and dataset["balance"]:
        return list(dict.fromkeys(files["images"] + files["labels"]))
    return files[what]


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


def _module(dataset: dict):
    return importlib.import_module(f"aecluster.sources.{dataset['source']}")
