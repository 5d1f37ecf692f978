"""From image files to pixels, and groups to a file: what every peer does in the same way."""

import csv
import sys
from pathlib import Path
from typing import NamedTuple

_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp")


class Task(NamedTuple):
    """What is asked of a peer: groups of the images in a folder, in a file; with which method."""

    folder: Path
    n_clusters: int
    seed: int
    out: Path
    method: str


def task() -> Task:
    """Return the task of the command line: FOLDER CLUSTERS SEED OUT.csv METHOD."""
    folder, n_clusters, seed, out, method = sys.argv[1:]
    return Task(Path(folder), int(n_clusters), int(seed), Path(out), method)


def image_files(folder: Path) -> list[Path]:
    """Return the image files below a folder, by path."""
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES)


def read_images(folder: Path, size: int):
    """Read what can be read, as RGB of one size: files, and uint8 (N, size, size, 3)."""
    import numpy as np
    from PIL import Image

    files, images = [], []
    for file in image_files(folder):
        try:
            with Image.open(file) as image:
                images.append(np.asarray(image.convert("RGB").resize((size, size))))
        except OSError as error:
            print(f"left out: {file}: {error}")
        else:
            files.append(file)
    return files, np.stack(images)


def save_groups(task: Task, files, groups) -> None:
    """Write the columns file, below the folder, and group."""
    with task.out.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["file", "group"])
        for file, group in zip(files, groups, strict=True):
            writer.writerow([Path(file).relative_to(task.folder).as_posix(), int(group)])


def read_groups(file: Path) -> dict[str, int]:
    """Return file -> group, of such a file or of a clusters.csv."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    column = "label" if rows and "label" in rows[0] else "group"
    # A name that begins like a formula has ./ before it.
    return {Path(row["file"]).as_posix(): int(row[column]) for row in rows}
