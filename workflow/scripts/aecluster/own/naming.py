"""Names of data sets, made from the paths of somebody's images."""

import re
import unicodedata
from pathlib import Path

import yaml

from aecluster.errors import InputError
from aecluster.own.typed import from_make, typed

_LONGEST = 40
_EXPERIMENT = "experiment.yaml"


def name_of(path: Path, taken: list[str]) -> str:
    """Return the last part of a path as small letters, digits and hyphens.

    >>> name_of(Path("/home/me/Été 2024 (best).npy"), [])
    'ete-2024-best'
    """
    plain = unicodedata.normalize("NFKD", path.stem if path.is_file() else path.name)
    name = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower())
    name = name.strip("-")[:_LONGEST].strip("-") or "images"
    return f"{name}-images" if name in taken else name


def own_folder(parent: Path, name: str, path: Path) -> Path:
    """Return the folder below `parent` for the images at `path`, without making it.

    It is called `name`, or `name-2` and so on where that belongs to other images.
    """
    for number in range(1, 10_000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        if not folder.exists() or _path_in(folder / _EXPERIMENT) == str(path):
            return folder
    raise AssertionError("10,000 folders of one name")


def experiment_file(folder: Path) -> Path:
    """Return the file that says whose images the results in a folder are of."""
    return folder / _EXPERIMENT


def groups_of(folder: Path) -> str | None:
    """Return what the folders of groups in there are of, "links" or "copies"; None without any."""
    if not (folder / "groups").is_dir():
        return None
    return (content_of(folder / _EXPERIMENT).get("show") or {}).get("groups", "links")


def one_experiment(results: Path, name: str | None) -> Path:
    """Return the experiment file of own images: that of a name, or the only one.

    Raises
    ------
    InputError
        If there is none, or several and no name.
    """
    files = sorted(results.glob(f"*/{_EXPERIMENT}"))
    known = {file.parent.name: file for file in files if (file.parent / "clusters.csv").exists()}
    if not known:
        begin = "make run IMAGES=PATH" if from_make() else "aecluster run PATH"
        raise InputError(f"there are no groups yet to place images into; begin with `{begin}`.")
    names = ", ".join(known)
    if name is None and len(known) > 1:
        raise InputError(
            f"there are groups of several data sets ({names}); say which with "
            f"{typed('DATASET', 'NAME')}."
        )
    name = next(iter(known)) if name is None else name
    if name not in known:
        raise InputError(f"{typed('DATASET')} is {name}, but must be one of {names}.")
    return known[name]


def content_of(file: Path) -> dict:
    """Return what an experiment file holds, unchecked; nothing where there is none, or it is no
    mapping in YAML."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}


def _path_in(file: Path) -> str | None:
    """Return the path of the images that an experiment is about, None if there is none."""
    content = content_of(file)
    try:
        images = next(iter((content.get("datasets") or content.get("assign")).values()))
        return images.get("path") or images.get("images")
    except (AttributeError, StopIteration):
        return None
