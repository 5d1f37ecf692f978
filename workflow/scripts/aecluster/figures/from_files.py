"""Figures that are drawn of a data set's files alone: a module of this folder each, and no more.

Such a module has a function `draw(dataset, **files)`, which gets the name of the data set and a
path for each of INPUTS and returns a figure, and says at its top

    INPUTS    the files, by the names of the arguments: {"scores": "scores.csv"}, in
              results/{dataset}/
    CAPTION   reStructuredText; the page shows the first sentence, and all on a click
    OF_MODELS True where it is about training (optional): drawn where models are trained, and shown
              under the models

All are plain values: planning reads them without importing the module, and so without matplotlib.
"""

from dataclasses import dataclass
from functools import cache

from aecluster.errors import InputError
from aecluster.methods import locate, short_names
from aecluster.signatures import constant


@dataclass(frozen=True)
class FigureFromFiles:
    """What a module of this folder says of its figure.

    Attributes
    ----------
    module : str
        Its dotted name.
    inputs : dict of str
        Files of a data set by the arguments of `draw`.
    caption : str
    of_models : bool
    """

    module: str
    inputs: dict[str, str]
    caption: str
    of_models: bool


@cache
def figures_from_files() -> dict[str, FigureFromFiles]:
    """Return all of them by their names: those of the modules, with hyphens.

    Raises
    ------
    InputError
        Where a module has `draw` and does not say from which files, or no caption.
    """
    return {name.replace("_", "-"): _read(name) for name in short_names("figures")}


def _read(name: str) -> FigureFromFiles:
    module, _ = locate("figures", name)
    inputs, caption = constant(module, "INPUTS"), constant(module, "CAPTION")
    if not (isinstance(inputs, dict) and inputs and isinstance(caption, str)):
        raise InputError(
            f"{module} has a function `draw`, so it must say at its top from which files, INPUTS = "
            '{"scores": "scores.csv"}, and CAPTION, both as plain values.'
        )
    return FigureFromFiles(module, inputs, caption.strip(), bool(constant(module, "OF_MODELS")))
