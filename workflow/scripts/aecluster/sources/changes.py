"""Which pictures of a folder have changed, by content, without reading them all.

A picture is known by its size and by when it was changed. Only where the time alone is another one
(`touch`, a copy, a clone) is it read, and compared with what was read of it when the results were
made: equal content is no change. A picture that no result was made from cannot have changed one.
"""

import functools
import hashlib
import json
from contextlib import suppress
from pathlib import Path

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_json, save_json
from aecluster.jobs.checksums import sha256
from aecluster.sources.listing import Listing


def identity(listing: Listing, seen: Path, read: Path) -> str:
    """Return a digest that is another one when a picture was added, removed or changed.

    Parameters
    ----------
    listing : Listing
        What is there now.
    seen : path
        What was there before: written here, for the next time.
    read : path
        The read.json of the results, with the SHA-256 of each picture that they are made from.
    """
    before = _loaded(seen) or {}
    digests = functools.cache(lambda: _digests(read))  # they are needed rarely
    now = {}
    for name, (n_bytes, changed) in listing.stamps.items():
        known = before.get(name)
        same = known is not None and known["bytes"] == n_bytes
        if same and known["changed"] != changed:
            same = _same(listing.root / name, name, digests())
        identity = known["identity"] if same else f"{n_bytes}-{changed}"
        now[name] = {"bytes": n_bytes, "changed": changed, "identity": identity}
    if now != before:
        _save(seen, now)
    identities = [[name, known["identity"]] for name, known in now.items()]
    return hashlib.sha256(json.dumps(identities).encode()).hexdigest()


def _same(path: Path, name: str, digests: dict[str, str] | None) -> bool:
    """Return whether a picture has the content that results were made from, if any were."""
    if digests is None:
        return False
    try:
        return name not in digests or sha256(path) == digests[name]
    except OSError:
        return False


def _digests(read: Path) -> dict[str, str] | None:
    """Return the SHA-256 of what was read, None where results do not say."""
    if not read.exists():
        return {}
    return (_loaded(read) or {}).get("files", {}).get("sha256")


def _loaded(path: Path) -> dict | None:
    try:
        return load_json(path)
    except (OSError, InputError):
        return None


def _save(path: Path, content: dict) -> None:
    with suppress(OSError):  # where nothing can be written, no run begins either
        save_json(path, content)
