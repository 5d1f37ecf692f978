"""What is said on the screen to somebody who runs the workflow on own images."""

import csv
import statistics
from collections import Counter
from pathlib import Path

from aecluster.jobs.artifacts import load_json
from aecluster.methods import kind_of_architecture
from aecluster.own.typed import from_make, typed
from aecluster.sources.notes import sentences

_FITS = {
    "crop": "cropped to a square and resized to",
    "pad": "padded to a square and resized to",
    "stretch": "stretched to",
}


def what_comes(path: Path, n_images: int, experiment: dict, n_clusters: int | None) -> None:
    """Say what was found and what a complete experiment will do with it."""
    settings = next(iter(experiment["datasets"].values()))
    size = settings["size"]
    square = f", each {_FITS[settings['fit']]} {size} x {size} pixels" if size else ""
    groups = f"{n_clusters} groups" if n_clusters else "groups; their number will be suggested"
    _say(
        f"{n_images:,} images in {path}.",
        f"Next, the images are read{square}.",
        *_described(experiment),
        f"Similar images are put into {groups}. At the end there is a page to look at.",
        "You can stop at any time (Ctrl-C); run the same command to continue.",
    )
    if settings["labels"] == "folders":
        _say("Sub-folders count as classes, used only to score the groups.")
    elif path.is_dir() and any(part.is_dir() for part in path.iterdir()):
        _say(
            "Sub-folders are read too, but do not count as classes; with "
            f"{typed('LABELS', 'folders')} they do, only to score the groups."
        )


def _described(experiment: dict) -> list[str]:
    """Say what turns images into numbers."""
    architectures = [model["architecture"] for model in experiment["models"].values()]
    n_trained = sum(kind_of_architecture(name) == "models" for name in architectures)
    said = []
    if n_trained < len(architectures):
        said.append("A network trained on photographs describes each image.")
    if n_trained:
        n_trainings = n_trained * len(experiment["seeds"])
        said.append(f"{n_trainings} autoencoders learn to describe each image by a short vector.")
    return said


def suggestion(folder: Path) -> int:
    """Say how many groups are suggested and why; return the number."""
    found = load_json(folder / "n_clusters.json")
    _say(
        f"Suggested: {found['reason']}",
        f"To choose the number yourself, add {typed('CLUSTERS', 'K')}.",
    )
    return found["suggested"]


def no_suggestion() -> None:
    """Say why there is no more to see of a run that was only planned, or ended early."""
    _say(
        "The other steps depend on the number of groups, which is not known yet; to see them "
        f"planned, add {typed('CLUSTERS', 'K')}."
    )


def results(folder: Path, n_clusters: int, with_folders: bool) -> None:
    """Say what was left out, how large the groups are, what looks odd, and where to look."""
    table = _rows(folder / "clusters.csv")
    _say(*_skipped(folder / "read.json"), *_groups(table), *_fewer(table, n_clusters), *_odd(table))
    shown = _shown(folder)
    places = {
        f"{shown}/clusters.csv": "each image with its group and confidence",
        **({f"{shown}/groups/": "a folder for each group"} if with_folders else {}),
        f"{shown}/experiment.yaml": "the settings",
        "make show" if from_make() else "aecluster show": "the page, to correct groups on it",
    }
    _say(*(f"  {place}  {what}" for place, what in places.items()))
    _say(f"The page: {(folder.parent / 'report.html').resolve().as_uri()}")


def assigned(folder: Path) -> None:
    """Say how many new images are in which group, and where to look."""
    shown = _shown(folder)
    _say(*_skipped(folder / "read.json"), *_groups(_rows(folder / "clusters.csv")))
    _say(
        f"  {shown}/clusters.csv  each new image with its group and confidence",
        f"  {shown}/groups.png  some of them beside the images of each group",
    )


def _shown(folder: Path) -> Path:
    """Return a folder as it is reached from the current one."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


def _groups(table: list[dict[str, str]]) -> list[str]:
    """Say how large each group is, as a person corrected it, and how sure the votes were."""
    groups: dict[tuple[int, str], list[float | None]] = {}
    for row in table:
        group = int(row.get("corrected", row["label"]))
        sure = float(row["confidence"]) if group == int(row["label"]) else None
        groups.setdefault((group, row.get("name", "")), []).append(sure)
    corrected = any(name or None in found for (_, name), found in groups.items())
    return [
        f"Groups{', with your corrections' * corrected} (confidence: share of the votes, "
        "mean of the images):",
        *(
            f"  {name or (f'group {group}' if group >= 0 else 'no group')}: {len(found):,} "
            f"image{'s' if len(found) != 1 else ''}, "
            f"{_confidence([sure for sure in found if sure is not None])}"
            for (group, name), found in sorted(groups.items())
        ),
    ]


def _fewer(table: list[dict[str, str]], n_clusters: int) -> list[str]:
    """Say that the votes have left fewer groups than they were about."""
    left = len({row["label"] for row in table} - {"-1"})
    if left >= n_clusters:
        return []
    return [f"The vote left {left} of {n_clusters} groups; no image went to the others."]


def _confidence(found: list[float]) -> str:
    return f"confidence {statistics.mean(found):.0%}" if found else "put there by hand"


def _odd(table: list[dict[str, str]]) -> list[str]:
    """Say how many images look odd; the page shows which."""
    duplicates = {row["duplicates"] for row in table} - {"-1"}
    flags = Counter(flag for row in table for flag in row["quality"].split())
    sets = "set" if len(duplicates) == 1 else "sets"
    found = [f"{len(duplicates):,} {sets} of near duplicates"] if duplicates else []
    found += [f"{n:,} {flag.replace('_', ' ')}" for flag, n in flags.most_common()]
    return [f"Worth a look on the page: {', '.join(found)}."] if found else []


def _skipped(read: Path) -> list[str]:
    notes = load_json(read)
    told = {"broken": "left out", "damaged": "used in part"}
    named = {"broken": notes["skipped"]["broken"], "damaged": notes["files"].get("damaged", {})}
    lines = []
    for kind, files in named.items():
        if files:
            lines.append(f"{len(files)} {kind} file{'s' if len(files) != 1 else ''} {told[kind]}:")
            lines += [f"  {name}: {why}" for name, why in files.items()]
    return [*lines, *sentences(notes["skipped"], notes["files"])]


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)
