"""What the code of finished jobs was made of: the digest of each module behind a digest of code.

Snakemake keeps the digest that a job ran with, which says that its code changed, and not where. A
small file for each such digest, beside Snakemake's own records, says it.
"""

import contextlib
import json
import os
import threading
from pathlib import Path

from aecluster.jobs.digest import digests_behind


def record_code(folder: Path, digest: str) -> None:
    """Keep the digests of the modules behind one that this process has made.

    Nothing ends a job here: without the file, only the names of changed modules are missing later.
    """
    file = _file(folder, digest)
    if file.exists():
        return
    with contextlib.suppress(OSError, KeyError):
        content = json.dumps(digests_behind(digest), indent=0)
        folder.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        draft.write_text(content, encoding="utf-8")
        draft.replace(file)


def recorded_code(folder: Path, digest: str) -> dict[str, str] | None:
    """Return the digest of each file behind one that a job ran with, None if it was not kept."""
    try:
        return json.loads(_file(folder, digest).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _file(folder: Path, digest: str) -> Path:
    return folder / f"{digest}.json"
