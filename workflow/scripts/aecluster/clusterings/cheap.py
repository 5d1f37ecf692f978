"""Which clusterings take less time than the start of a process that makes them.

A module of this package that is as fast defines CHEAP, the number of images up to which it is.
"""

import importlib

from aecluster.methods import locate


def cheap(method: str, n_images: int) -> bool:
    """Return whether a method clusters so many images in less than about a second."""
    if "." in method:
        return False
    module = importlib.import_module(locate("clusterings", method)[0])
    return n_images <= getattr(module, "CHEAP", -1)
