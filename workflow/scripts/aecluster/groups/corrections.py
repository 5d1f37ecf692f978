"""What a person corrected of the groups: names, merged groups, images moved.

The page writes it as results/{dataset}/corrections.json. Nothing that is computed
depends on it: it changes what groups are called, and in which of them an image is shown.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from aecluster.errors import InputError

MAX_BYTES = 20_000_000
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Corrections:
    """Names of groups, the group that a group was merged into, the group an image was moved to, and
    tags: lists of images. `fitting` is False for those that were made of other groups."""

    names: Mapping[int, str] = field(default_factory=dict)
    merged: Mapping[int, int] = field(default_factory=dict)
    moved: Mapping[int, int] = field(default_factory=dict)
    tags: Mapping[str, list[int]] = field(default_factory=dict)
    fitting: bool = True

    def apply(self, groups: np.ndarray) -> np.ndarray:
        """Return the corrected group of each image, int64 (N,)."""
        corrected = groups.copy()
        if self.moved:
            corrected[list(self.moved)] = list(self.moved.values())
        for group in np.unique(corrected).tolist():
            corrected[corrected == group] = self._end(group)
        return corrected

    def _end(self, group: int) -> int:
        seen = set()
        while group in self.merged and group not in seen:
            seen.add(group)
            group = self.merged[group]
        return group

    def of_groups(self) -> "Corrections":
        """Return what was corrected of groups, which holds for other images too."""
        return replace(self, moved={}, tags={})

    def name(self, group: int) -> str:
        """Return what a person called a group, "" if nobody did."""
        return self.names.get(group, "")


NONE = Corrections()


def fingerprint(groups: np.ndarray) -> str:
    """Return what tells groups from others: corrections fit only those that they were made of."""
    return hashlib.sha256(np.ascontiguousarray(groups, "<i8").tobytes()).hexdigest()[:16]


def load_corrections(path: str | Path | None, groups: np.ndarray) -> Corrections:
    """Load corrections; none where there is no file, or where they are of other groups.

    Raises
    ------
    InputError
        If the file is no such file.
    """
    if path is None:
        return NONE
    try:  # a person's file, so it has no checksum
        return parsed(json.loads(Path(path).read_text(encoding="utf-8")), groups)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path} holds no corrections of groups ({error}); save it again from the page, "
            "or delete it."
        ) from error


def parsed(content: object, groups: np.ndarray | None) -> Corrections:
    """Return corrections from JSON; without groups they are only looked at for their form.

    Raises
    ------
    ValueError
        If they have another form, in a few words.
    """
    if not isinstance(content, dict) or not isinstance(content.get("groups"), str):
        raise ValueError("it is not a JSON object that says of which groups")
    n = _number_of(content.get("n_images"), "n_images")
    names = _pairs(content, "names", _text)
    merged = _pairs(content, "merged", _number_of)
    moved = _pairs(content, "moved", _number_of)
    tags = content.get("tags", {})
    if not isinstance(tags, dict) or not all(isinstance(ids, list) for ids in tags.values()):
        raise ValueError("tags are not lists of images")
    tags = {_text(tag, "tags"): [_number_of(i, "tags") for i in ids] for tag, ids in tags.items()}
    for index in [*moved, *(i for ids in tags.values() for i in ids)]:
        if not 0 <= index < n:
            raise ValueError(f"there is no image {index}")
    fitting = groups is None or content["groups"] == fingerprint(groups)
    if not fitting:
        return Corrections(fitting=False)
    return Corrections(names, merged, moved, tags)


def _pairs(content: dict, key: str, convert) -> dict:
    found = content.get(key, {})
    if not isinstance(found, dict):
        raise ValueError(f"{key} is no object")
    return {_number_of(name, key): convert(value, key) for name, value in found.items()}


def _number_of(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"{key} holds {value!r}, which is no whole number")
    try:
        number = int(value)
    except ValueError:
        raise ValueError(f"{key} holds {value!r}, which is no whole number") from None
    if not -1 <= number < 2**31:
        raise ValueError(f"{key} holds {value!r}")
    return number


def _text(value: object, key: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        raise ValueError(f"{key} holds no text of at most {_LONGEST_NAME} characters")
    return value
