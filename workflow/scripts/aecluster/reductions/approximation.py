"""From how many images on a reduction is made in another way, and how far that is approximate.

A module of this package that has another way for many images defines LARGE, the number of images
up to which `make` is used, `make_large`, with the same arguments, and APPROXIMATION, what that is
called beside every number that comes from it; empty if the result is the same up to rounding.
"""

import importlib

from aecluster.methods import locate


def large(method: str, n_images: int):
    """Return the module of a reduction if it has another way for so many images, else None."""
    if "." in method:
        return None
    module = importlib.import_module(locate("reductions", method)[0])
    return module if n_images > getattr(module, "LARGE", n_images) else None


def approximation(steps: list[str], n_images: int) -> str:
    """Return in words what is approximate in a chain of methods, "" if nothing is.

    >>> approximation(["kernel_pca", "tsne"], 1_000)
    ''
    """
    modules = [large(method, n_images) for method in steps]
    return "; ".join(module.APPROXIMATION for module in modules if module and module.APPROXIMATION)
