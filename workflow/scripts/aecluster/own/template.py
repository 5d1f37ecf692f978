"""An experiment for somebody's own images: a template with the gaps filled in."""

import copy
from pathlib import Path

import yaml

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_text
from aecluster.own.typed import typed

_IMAGES_SEEN = 60_000  # in all epochs of a training
_FEWEST_EPOCHS = 10
_HEAD = """\
# Written by `aecluster run PATH` or `make run IMAGES=PATH`, which overwrite it: change a copy, and
# run that with `aecluster run --configfile COPY` or `make run ARGS="--configfile COPY"`.
"""


def number_of_groups(given: str | None, n_images: int) -> int | None:
    """Return CLUSTERS as a number, None if it was not given.

    Raises
    ------
    InputError
        If it is no number of groups that so many images can have.
    """
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or not 2 <= int(given) <= n_images:
        raise InputError(
            f"{typed('CLUSTERS')} is {given}, but must be a whole number from 2 to {n_images}, "
            "the number of images; leave it out to get a suggestion."
        )
    return int(given)


def check_template(template: dict, file: Path) -> None:
    """Raise InputError if an experiment lacks a part that own images need."""
    for part in ("datasets", "models", "reductions", "clusterings"):
        if not isinstance(template.get(part), dict) or not template[part]:
            raise InputError(
                f"{file} must name {part}, but does not; begin with a copy of config/images.yaml."
            )


def fill(template: dict, name: str, source: dict, n_images: int, groups: str) -> dict:
    """Return the experiment for a data set.

    Parameters
    ----------
    template : dict
        A valid experiment with one data set, of which `source` takes the place. What it leaves
        to the defaults of the schema stays out.
    name : str
    source : dict
        As of `images.source_of`.
    n_images : int
        Few images get smaller dimensions and perplexities, many fewer epochs.
    groups : {"links", "copies"}
    """
    experiment = copy.deepcopy(template)
    settings = next(iter(experiment.pop("datasets").values()))
    for model in experiment["models"].values():
        if "epochs" in model:
            model["epochs"] = min(model["epochs"], max(_FEWEST_EPOCHS, _IMAGES_SEEN // n_images))
    for reduction in experiment["reductions"].values():
        params = reduction.setdefault("params", {})
        method, dim = reduction.get("method"), reduction.get("dim")
        if method == "tsne":
            params["perplexity"] = min(params.get("perplexity", 30), n_images // 4)
        elif dim is not None:
            reduction["dim"] = min(dim, n_images // 2)
        if method == "umap":
            params["n_neighbors"] = min(params.get("n_neighbors", 15), n_images // 3)
    experiment = {"datasets": {name: {**settings, **source}}, **experiment}
    experiment["show"] = {**experiment.get("show", {}), "groups": groups}
    return experiment


def with_clusters(experiment: dict, n_clusters: int, suggested: bool) -> dict:
    """Return the experiment with a number of groups; a suggested one is explained on the page."""
    experiment = copy.deepcopy(experiment)
    for clustering in experiment["clusterings"].values():
        clustering["n_clusters"] = n_clusters
    experiment["show"] |= {"progress_clusters": n_clusters, "n_clusters": suggested}
    return experiment


def save_experiment(path: Path, experiment: dict) -> None:
    """Save an experiment for --configfile."""
    text = yaml.safe_dump(experiment, sort_keys=False, allow_unicode=True, width=100)
    save_text(path, _HEAD + text)
