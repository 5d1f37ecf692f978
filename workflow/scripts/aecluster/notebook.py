"""Groups in some thousand images, in memory: for a notebook or a script of one's own."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from aecluster.clusterings.equal import united
from aecluster.clusterings.run import cluster
from aecluster.consensus.members import Member
from aecluster.consensus.run import find_consensus
from aecluster.encoders.features import write_features
from aecluster.encoders.kept_graph import write_graph
from aecluster.encoders.pretrained import Encoder
from aecluster.errors import InputError
from aecluster.experiment.steps import steps_to
from aecluster.jobs.artifacts import load_array
from aecluster.own.images import found_images, source_of
from aecluster.own.template import fill, with_clusters
from aecluster.reductions.run import reduce
from aecluster.sources.different import check_different, check_groups
from aecluster.sources.equal import first_equal
from aecluster.sources.names import names_of
from aecluster.sources.prepare import read
from aecluster.sources.source import load_source

_TEMPLATE = Path(__file__).resolve().parents[3] / "config/images.yaml"
_FEWEST_IMAGES = 10


@dataclass(frozen=True)
class ImageGroups:
    """What was found.

    Attributes
    ----------
    groups : ndarray of int64, shape (N,)
        0 is the largest group.
    confidence : ndarray of float64, shape (N,)
        The share of the weighted votes that an image's group got, from 0 to 1.
    plane : ndarray of float32, shape (N, 2)
    files : list of str
        Where each image comes from, relative to the folder; empty for an array.
    """

    groups: np.ndarray
    confidence: np.ndarray
    plane: np.ndarray
    files: list[str]


def cluster_images(
    images: np.ndarray | str | os.PathLike, n_clusters: int, seeds: Sequence[int] = (0, 1, 2)
) -> ImageGroups:
    """Find groups as `make run IMAGES=` does: pretrained features and the settings of images.yaml.

    The same images and seeds give the same groups on a machine. Nothing is kept; for many images,
    other settings or a page, use the workflow.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, 3) or (N, H, W), or path of a folder
    n_clusters : int
    seeds : sequence of int

    Raises
    ------
    InputError
        If the images cannot be read, or fewer than `n_clusters` of them differ.
    """
    _check(n_clusters, seeds)
    template = yaml.safe_load(_TEMPLATE.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        files: list[str] = []
        if isinstance(images, str | os.PathLike):
            images, files = _read(images, next(iter(template["datasets"].values())), folder)
        images = _checked(images)
        equal = first_equal(images)
        check_different(equal, "the images")
        check_groups(equal, n_clusters, "images")
        features = _features(images, Path(folder, "encoder.onnx"))
    experiment = with_clusters(
        fill(template, "images", {}, len(images), "links"), n_clusters, False
    )
    planes, members = [], []
    for seed in seeds:
        embeddings: dict[str, np.ndarray] = {}
        for name in experiment["reductions"]:
            _embed(name, experiment["reductions"], features, seed, embeddings)
        planes.append(embeddings["plane"])
        for name, settings in experiment["clusterings"].items():
            method, params = settings["method"], settings.get("params", {})
            for reduction in settings["on"]:
                found = cluster(embeddings[reduction], method, n_clusters, params, seed)
                labels = united(found, equal).astype(np.int32)
                members.append(Member("pretrained", seed, reduction, name, labels))
    consensus = find_consensus(members, n_clusters)
    return ImageGroups(consensus.labels, consensus.confidence, planes[0], files)


def _check(n_clusters: int, seeds: Sequence[int]) -> None:
    if not isinstance(n_clusters, int | np.integer) or n_clusters < 2:
        raise InputError(f"n_clusters is {n_clusters}, but must be a whole number from 2.")
    if len(seeds) == 0:
        raise InputError("seeds is empty; give one at least.")
    if not _TEMPLATE.is_file():
        raise InputError(
            f"{_TEMPLATE} is not there; clone the repository and install the package from there."
        )


def _read(path: str | os.PathLike, settings: dict, folder: str) -> tuple[np.ndarray, list[str]]:
    where = source_of(found_images(os.fspath(path), "images"))
    source = load_source(where.pop("source"), {**where, "labels": "none"})
    file = Path(folder, "images.npy")
    choice = {"limit": None, "balance": False, "seed": 0, "positive": None}
    indices, _ = read(file, source, settings["size"], fit=settings["fit"], **choice)
    return load_array(file), names_of(source, indices)


def _checked(images: np.ndarray) -> np.ndarray:
    images = np.asarray(images)
    colours = images[..., None] if images.ndim == 3 else images
    if images.dtype != np.uint8 or colours.ndim != 4 or colours.shape[3] not in (1, 3):
        raise InputError(
            "images must be uint8 of the shape (N, H, W, 3) or (N, H, W), but are "
            f"{images.dtype} of the shape {images.shape}."
        )
    if len(images) < _FEWEST_IMAGES:
        raise InputError(
            f"there are {len(images)} images, but {_FEWEST_IMAGES} are needed at least."
        )
    return colours


def _features(images: np.ndarray, graph: Path) -> np.ndarray:
    write_graph(graph)
    encoder = Encoder(graph)
    features = graph.with_name("features.npy")
    write_features(features, encoder, images)
    return load_array(features)


def _embed(name: str, reductions: dict, features: np.ndarray, seed: int, made: dict) -> None:
    """Make an embedding, and those that lead to it, unless they are made."""
    steps = {key: {"after": None, **settings} for key, settings in reductions.items()}
    for step in steps_to(steps, name):
        if step not in made:
            settings = steps[step]
            start = made[settings["after"]] if settings["after"] else features
            made[step] = reduce(
                start, settings["method"], settings["dim"], settings["params"], seed
            )
