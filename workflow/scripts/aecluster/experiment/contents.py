"""What jobs depend on in the files that the user gives: images, labels, encoders."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from aecluster.experiment.experiment import Experiment
from aecluster.sources.changes import identity
from aecluster.sources.find import (
    fingerprints,
    listing,
    source_arguments,
    source_files,
    without_labels,
)


def can_name(file: str) -> bool:
    """Return whether Snakemake takes a path as it is: it fills in {wildcards} and <pathvars>."""
    return not re.search(r"[{}]|<[a-z][a-z0-9_]*>", file)


def named_files(images: dict, what: str) -> list[str]:
    """Return the files that the "images" or "labels" of a source are read from and that can be
    inputs. Raises InputError where they are not there."""
    return [file for file in source_files(images, what) if can_name(file)]


@dataclass(frozen=True)
class Contents:
    """The settings of jobs that read files of the user's.

    Parameters
    ----------
    experiment : Experiment
    pictures : path
        Where is noted which pictures of a folder were looked at: `.snakemake/aecluster.pictures`.
    """

    experiment: Experiment
    pictures: Path
    _digests: dict = field(default_factory=dict, repr=False)

    def of_images(self, dataset: str) -> dict:
        """Return what images depend on: their labels only where they choose images."""
        images = self.experiment.datasets[dataset]
        keys = ("source", "size", "fit", "limit", "balance", "seed")
        settings = {key: images[key] for key in keys}
        if settings["balance"]:
            settings["positive"] = images["positive"]
            arguments = source_arguments(images)
        else:
            arguments = source_arguments(without_labels(images))
        changes = self._changes(images, "images", f"results/{dataset}")
        return {**settings, "arguments": arguments, **changes}

    def of_labels(self, dataset: str) -> dict:
        """Return what the labels and the description of a data set depend on."""
        images = self.experiment.datasets[dataset]
        keys = ("source", "size", "limit", "balance", "seed", "positive", "split")
        settings = {key: images[key] for key in keys}
        changes = self._changes(images, "labels", f"results/{dataset}")
        return {**settings, "arguments": source_arguments(images), **changes}

    def of_new_images(self, new: str) -> dict:
        """Return what images that are placed into groups depend on."""
        images, into = self.experiment.new_images[new], self.experiment.placed_into(new)
        settings = {"source": images["source"], "fit": self.experiment.datasets[into]["fit"]}
        changes = self._changes(images, "images", f"results/{into}/assigned/{new}")
        return {**settings, "arguments": source_arguments(images), **changes}

    def of_encoder(self, model: str) -> dict:
        """Return what the features of an encoder depend on; of a user's file, its content."""
        keys = ("architecture", "params", "size", "device")
        settings = {key: self.experiment.models[model][key] for key in keys}
        if model in self.experiment.exported:
            return settings
        return {**settings, "content": self._digest(Path(settings["params"]["path"]).expanduser())}

    def _changes(self, images: dict, what: str, folder: str) -> dict:
        """Return what tells that the "images" or "labels" of a source changed, whose results are in
        a folder: fingerprints of parts of an archive, the identity of the pictures in a folder, and
        digests of the files that cannot be inputs."""
        files = source_files(images, what)
        nameless = {file: self._digest(Path(file)) for file in files if not can_name(file)}
        pictures = listing(images)
        if pictures is not None:
            seen = self.pictures / ".".join(Path(folder).parts)
            nameless |= {"pictures": identity(pictures, seen, Path(folder, "read.json"))}
        return {**fingerprints(images, what), "files": nameless}

    def _digest(self, file: Path) -> str:
        """Return the digest of the content of a file, read once a plan."""
        if file not in self._digests:
            self._digests[file] = hashlib.sha256(file.read_bytes()).hexdigest()
        return self._digests[file]
