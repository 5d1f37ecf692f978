"""What the page says of how the images were read: what was left out, damaged, or read in part."""

from collections import Counter


def notes(about: dict) -> dict:
    """Return what a person should know of the files of a data set.

    Parameters
    ----------
    about : dict
        The content of dataset.json.

    Returns
    -------
    dict
        `sentences`: in short. `files`: lists of files, each with a summary, and of each file what
        is wrong with it.
    """
    broken, other, damaged = about["skipped"]["broken"], about["skipped"]["other"], about["damaged"]
    kinds = ", ".join(f"{why}: {n:,}" for why, n in Counter(other.values()).most_common())
    found = [
        (broken, f"{_files(broken)} cannot be read and {_is(broken)} left out"),
        (damaged, f"{_files(damaged)} {_is(damaged)} damaged and used in part"),
        (other, f"{_files(other)} {_is(other)} left out ({kinds})"),
    ]
    files = [{"summary": summary, "why": why} for why, summary in found if why]
    return {
        "sentences": [*(f"{summary}." for why, summary in found if why), *about["read_as"]],
        "files": files,
    }


def _files(files: dict) -> str:
    return f"{len(files):,} file{'s' if len(files) != 1 else ''}"


def _is(files: dict) -> str:
    return "are" if len(files) != 1 else "is"
