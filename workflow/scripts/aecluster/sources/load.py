"""Load a source by its name."""

import importlib

from aecluster.sources.source import Source


def load_source(name: str, arguments: dict) -> Source:
    """Return the images and labels of a source, given its name and keyword arguments."""
    return importlib.import_module(f"aecluster.sources.{name}").load(**arguments)
