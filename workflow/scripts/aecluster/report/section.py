"""A section of the report as data, which summary.md and the page both show.

Text is inline Markdown: `code` and **bold**, nothing else.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_json, save_json


@dataclass(frozen=True)
class Table:
    """A header, and rows with as many cells: text, or numbers that are shown as they are."""

    header: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Section:
    """A title, and what stands below it, in this order.

    Parameters
    ----------
    title : str
    table : Table, optional
    sentences : sequence of str
        One paragraph.
    points : sequence of str
        A list.
    """

    title: str
    table: Table | None = None
    sentences: Sequence[str] = ()
    points: Sequence[str] = ()


def save_sections(path: str | os.PathLike, sections: Mapping[str, Section]) -> None:
    """Save sections by their names, in order, as JSON; every cell of a table becomes text."""
    told = []
    for name, section in sections.items():
        table = section.table and {
            "header": list(map(str, section.table.header)),
            "rows": [list(map(str, row)) for row in section.table.rows],
        }
        told.append({"name": name, **vars(section), "table": table})
    save_json(path, {"sections": told})


def load_sections(path: str | os.PathLike) -> dict[str, Section]:
    """Return what `save_sections` saved. Raises InputError where it is damaged."""
    try:
        found = {}
        for told in load_json(path)["sections"]:
            name, table = told.pop("name"), told.pop("table")
            found[name] = Section(table=table and Table(**table), **told)
        return found
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} does not hold sections of a report; delete it and run again."
        ) from error
