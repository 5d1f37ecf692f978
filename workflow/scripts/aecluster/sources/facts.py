"""What a source noted of its files while it read them: read.json."""

from pathlib import Path

from aecluster.jobs.artifacts import load_json


def sides_of(path: str | Path) -> tuple[list[int], list[int]] | None:
    """Return the width and the height of each image's file, None where images have no files."""
    files = load_json(path).get("files", {})
    return (files["width"], files["height"]) if "width" in files else None
