"""A section of the report as data, which summary.md and the page both show.

Text is inline Markdown: `code` and **bold**, nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass


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
