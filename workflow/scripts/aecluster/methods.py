"""Find a source, model, reduction, clusterer or figure by its name, and build it.

A short name is a module of the package of its kind; reductions and clusterers may also be given as
the import path of any scikit-learn-compatible class. Nothing is imported before it is built.
"""

import importlib
from functools import cache
from pathlib import Path
from types import ModuleType

from aecluster.errors import InputError
from aecluster.signatures import Signature, public_names, signature

# What a module of each package has to define to count as one of its kind.
ENTRY = {
    "sources": "load",
    "models": "Network",
    "encoders": "Encoder",
    "reductions": "make",
    "clusterings": "make",
    "figures": "draw",
}


@cache
def short_names(kind: str) -> list[str]:
    """Return the names of all methods of a kind ("sources", "models", ...)."""
    folder = Path(__file__).parent / kind
    modules = sorted(file.stem for file in folder.glob("*.py"))
    return [
        name for name in modules if ENTRY[kind] in (public_names(f"aecluster.{kind}.{name}") or [])
    ]


def kind_of_architecture(architecture: str) -> str:
    """Return "encoders" for an architecture that comes trained, "models" for any other."""
    return "encoders" if architecture in short_names("encoders") else "models"


def name_of(module: ModuleType) -> str:
    """Return the short name of a method. Its module is imported where it is used, since what is
    only named is not in the digest of a job."""
    return module.__name__.rpartition(".")[2]


def locate(kind: str, method: str) -> tuple[str, str]:
    """Return (module, name of the callable) for a short name or an import path."""
    if "." in method:
        module, _, name = method.rpartition(".")
        return module, name
    return f"aecluster.{kind}.{method}", ENTRY[kind]


def takes(kind: str, method: str) -> Signature:
    """Return what a method takes, without importing it."""
    return signature(*locate(kind, method))


def check_sizes(kind: str, method: str, params: dict, **sizes: int | None) -> None:
    """Ask a method of the project whether it can do what it is given, by the `check` of its module.

    Parameters
    ----------
    kind : {"reductions", "clusterings"}
    method : str
    params : dict
    **sizes : int or None
        `n_samples`, and `n_features` and `dim`, or `n_clusters`; None is not known or not given.

    Raises
    ------
    InputError
    """
    if "." not in method:
        module = importlib.import_module(locate(kind, method)[0])
        if hasattr(module, "check"):
            module.check(**sizes, **params)


def build(kind: str, method: str, random_state: int, params: dict, **sizes: int | None):
    """Build a reduction or clusterer.

    Parameters
    ----------
    kind : {"reductions", "clusterings"}
    method : str
        Short name or import path of a class.
    random_state : int
        Given to the method if it takes one.
    params : dict
        Keyword arguments of the method.
    **sizes : int or None
        `dim` or `n_clusters`; None leaves the method's own default. A class that has no such
        argument gets it as `n_components`.

    Returns
    -------
    An estimator with fit_transform(X) or fit_predict(X).
    """
    module, name = locate(kind, method)
    try:
        make = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise InputError(f"method {method} cannot be imported: {error}.") from error
    known = takes(kind, method)
    arguments = dict(params)
    if "random_state" in known.arguments:
        arguments.setdefault("random_state", random_state)
    for size, value in sizes.items():
        if value is not None:
            key = size if size in known.arguments or "." not in method else "n_components"
            arguments.setdefault(key, value)
    try:
        return make(**arguments)
    except ImportError as error:
        raise InputError(f"method {method} needs another package: {error}.") from error
    except TypeError as error:
        raise InputError(f"method {method} does not take its params: {error}.") from error
