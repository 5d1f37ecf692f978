"""What the small experiment costs, in counts that are the same on a slow day and on a fast one.

A number that moved fails with its name. If it moved on purpose, keep the new ones with

    UPDATE_BASELINE=yes python -m pytest tests/test_regression.py

and say in the commit why.
"""

import csv
import json
import os
import re
from collections import Counter
from pathlib import Path

BASELINE = Path(__file__).with_name("baseline.json")
EXACT = (".npy", ".pt")
TOLERANCE = 0.1  # of the bytes of tables, texts and figures: digits and fonts differ


def counted(folder: Path) -> dict[str, dict[str, int]]:
    """Count what a finished run took: jobs, files, bytes, epochs, passes over the images."""
    jobs = jobs_of(folder)
    results = folder / "results"
    files = [path for path in results.rglob("*") if path.is_file()]
    artifacts = [path for path in files if is_artifact(path.relative_to(results))]
    read = Counter({"arrays": 0, "other": 0})
    for inputs in jobs.values():
        for path in inputs:
            size = (folder / path).stat().st_size
            read["arrays" if path.endswith(EXACT) else "other"] += size
    epochs = sum(n_rows(path) for path in results.rglob("history.csv"))
    readers = Counter(
        rule
        for (rule, _), inputs in jobs.items()
        if any(re.fullmatch(r"results/\w+/images\.npy", path) for path in inputs)
    )
    trainings = readers.pop("train_model", 0)
    return {
        "jobs": dict(Counter(rule for rule, _ in jobs)),
        "files": dict(Counter(kind(path.relative_to(results)) for path in files)),
        "bytes written": sizes(path for path in artifacts if path.suffix in EXACT),
        "bytes written, about": sizes(path for path in artifacts if path.suffix not in EXACT),
        "bytes read by jobs": {"arrays": read["arrays"]},
        "bytes read by jobs, about": {"other": read["other"]},
        "work": {
            "trainings": trainings,
            "epochs": epochs,
            "passes over the images": epochs + readers.total(),
        },
        "jobs that read images.npy, once each": dict(readers),
    }


def jobs_of(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Return the input files of each job that was run, by (rule, log), as Snakemake noted them."""
    notes = (folder / ".snakemake/metadata").rglob("*")
    records = [json.loads(note.read_text()) for note in notes if note.is_file()]
    return {(record["rule"], record["log"][0]): record["input"] for record in records}


def is_artifact(path: Path) -> bool:
    return path.parts[0] not in ("logs", "benchmarks") and not path.name.startswith(".")


def kind(path: Path) -> str:
    """What a file of results/ is counted as."""
    if path.parts[0] in ("logs", "benchmarks"):
        return path.parts[0]
    if path.name.startswith("."):
        return path.suffix
    return path.suffix if path.suffix in (".png", ".svg") else path.name


def sizes(paths) -> dict[str, int]:
    """Return the bytes of files, by name, or by suffix for figures."""
    found = Counter()
    for path in paths:
        found[path.suffix if path.suffix in (".png", ".svg") else path.name] += path.stat().st_size
    return dict(found)


def n_rows(table: Path) -> int:
    with table.open() as file:
        return len(list(csv.DictReader(file)))


def differences(found: dict, expected: dict) -> list[str]:
    """Return a line for each number that moved, one that is new or gone among them."""
    lines = []
    for group in sorted({*found, *expected}):
        here, there = found.get(group, {}), expected.get(group, {})
        slack = TOLERANCE if group.endswith("about") else 0
        for name in sorted({*here, *there}):
            now, was = here.get(name, 0), there.get(name, 0)
            if abs(now - was) > slack * was:
                lines.append(f"{group}: {name}: {was:,} before, {now:,} now")
    return lines


def test_a_run_takes_no_more_and_no_less_than_before(finished_project):
    found = counted(finished_project.folder)
    if "UPDATE_BASELINE" in os.environ:
        BASELINE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    moved = differences(found, json.loads(BASELINE.read_text()))
    assert not moved, "\n".join(
        ["these numbers moved; if they should, see the top of tests/test_regression.py:", *moved]
    )


def test_every_number_that_moves_is_named():
    before = {"jobs": {"train_model": 4, "encode_images": 8}, "bytes, about": {"a.csv": 1000}}
    now = {"jobs": {"train_model": 5, "new": 1}, "bytes, about": {"a.csv": 1090}}
    assert differences(before, before) == []
    assert differences(now, before) == [
        "jobs: encode_images: 8 before, 0 now",
        "jobs: new: 0 before, 1 now",
        "jobs: train_model: 4 before, 5 now",
    ]
    now["bytes, about"]["a.csv"] = 1101
    assert differences(now, before)[0] == "bytes, about: a.csv: 1,000 before, 1,101 now"


def test_counts_are_of_what_was_run(finished_project):
    """2 data sets, 2 models, 2 seeds; the models of one data set serve both."""
    found = counted(finished_project.folder)
    assert found["jobs"]["encode_images"] == 8 and found["jobs"]["train_model"] == 4
    assert found["jobs"]["cluster_embedding"] == 8 * 3
    assert found["work"]["epochs"] == 2 * 2 + 2 * 1
    assert found["bytes written"]["latents.npy"] == 2 * 2 * (128 * 2 + 4 * 16 * (60 + 40))
