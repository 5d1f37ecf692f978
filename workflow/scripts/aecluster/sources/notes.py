"""What is said of how images were read: on the screen, in the log and in dataset.json."""

import logging
from collections.abc import Mapping
from itertools import islice

from aecluster.sources.colours import about_white
from aecluster.sources.formats import not_read
from aecluster.sources.listing import CLOSED
from aecluster.sources.source import Source

logger = logging.getLogger("aecluster")


def report(source: Source, skipped: dict[str, dict[str, str]], files: dict) -> None:
    """Say on the screen how many files were skipped, and in the log which.

    Parameters
    ----------
    source : Source
    skipped : dict
        As `read` returns it.
    files : dict
        As Source.facts.
    """
    damaged, closed = files.get("damaged", {}), _closed(skipped)
    other = {name: why for name, why in skipped["other"].items() if name not in closed}
    for name in closed:
        logger.info("%s %s", name, skipped["other"][name])
    for found, what, done in (
        (skipped["broken"], f"of {source.n_images:,} images", "unreadable and skipped"),
        (damaged, f"damaged image{'s' if len(damaged) != 1 else ''}", "used in part"),
        (other, f"other file{'s' if len(other) != 1 else ''}", "ignored"),
    ):
        if found:
            about = source.about.source, len(found), what, done, shortened(found, at_most=3)
            logger.info("%s: %d %s %s: %s", *about, extra={"show": True})
        for name, why in found.items():
            logger.info("%s: %s", name, why)
    for sentence in sentences(skipped, files):
        logger.info("%s: %s", source.about.source, sentence, extra={"show": True})


def sentences(skipped: dict[str, dict[str, str]], files: dict) -> list[str]:
    """Return what a person should know of how images were read: a sentence each.

    Parameters
    ----------
    skipped, files
        As in read.json.
    """
    found = not_read(skipped["other"].values())
    pages = files.get("first_of", {})
    if pages:
        shown = shortened({name: f"{n} pages" for name, n in pages.items()}, at_most=3)
        named = "file" if len(pages) == 1 else "files"
        found.append(
            f"{len(pages):,} {named} with several pages, of which only the first was read: {shown}."
        )
    if closed := _closed(skipped):
        found.append(f"Not opened, and so missing: {shortened(closed, at_most=3)}.")
    white = about_white(files.get("white", {}))
    return [*found, *([white] if white else [])]


def _closed(skipped: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return what cannot be opened, and the reason."""
    return {
        name: why.removeprefix(CLOSED).strip(" ()")
        for name, why in skipped["other"].items()
        if why.startswith(CLOSED)
    }


def shortened(files: Mapping[str, str], at_most: int = 10) -> str:
    """Return the first files with what is wrong with them, and how many more there are."""
    shown = [f"{name} ({why})" for name, why in islice(files.items(), at_most)]
    more = len(files) - len(shown)
    return ", ".join([*shown, *([f"and {more} more (all of them in the log)"] if more else [])])
