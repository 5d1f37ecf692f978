"""Where a result comes from: a file beside it that is enough to say why two results differ."""

import json
import os
import platform
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from aecluster.errors import InputError
from aecluster.jobs.checksums import recorded, verified
from aecluster.jobs.machine import processor
from aecluster.jobs.versions import versions

# Differ between any two runs, and decide nothing.
_TIMES = ("started", "seconds")


def provenance(
    *, settings: dict, code: str, inputs: Iterable[str], started: float, **more: object
) -> dict:
    """Return the content of provenance.json.

    Parameters
    ----------
    settings : dict
        All that the result depends on in the config, with defaults.
    code : str
        Digest of the code that ran.
    inputs : iterable of paths
        What was read; given by their checksums.
    started : float
        When the job began, as time.time() says it.
    **more
        What else the result depends on: seed, device, precision, threads.
    """
    return {
        "settings": settings,
        "code": code,
        "inputs": {str(path): recorded(path) for path in inputs},
        "packages": versions(),
        "machine": {
            "system": platform.platform(),
            "processor": processor(),
            "cores": os.cpu_count(),
        },
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 2),
        **more,
    }


def differences(one: dict, other: dict) -> list[str]:
    """Return a line for each entry in which two provenances differ, times left out."""
    flat, other_flat = dict(_flat(one)), dict(_flat(other))
    return [
        f"{key}: {flat.get(key, 'none')} | {other_flat.get(key, 'none')}"
        for key in sorted({*flat, *other_flat} - {*_TIMES})
        if flat.get(key, "none") != other_flat.get(key, "none")
    ]


def load_provenance(path: str | os.PathLike) -> dict:
    """Load a provenance.json, or the one in a folder.

    Raises
    ------
    InputError
        If it is none, or damaged.
    """
    path = Path(path).expanduser()
    file = path / "provenance.json" if path.is_dir() else path
    try:
        content = json.loads(verified(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}); check the path.") from error
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise InputError(f"{file} is no provenance.json; name one, or the folder that it is in.")
    return content


def _flat(content: dict, prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in content.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
