"""Sections of the report as Markdown."""

from collections.abc import Iterable

from aecluster.report.section import Section


def to_markdown(title: str, sections: Iterable[Section]) -> str:
    """Return a file of Markdown: its title and its sections."""
    return "\n".join([f"# {title}\n", *map(section_to_markdown, sections)])


def section_to_markdown(section: Section, level: int = 2) -> str:
    """Return a section with its heading of a level; each sentence is a line."""
    table = section.table
    blocks = [
        [f"{'#' * level} {section.title}"],
        markdown_table(table.header, table.rows) if table else [],
        section.sentences,
        [f"- {point}" for point in section.points],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def markdown_table(header: Iterable[str], rows: Iterable[Iterable]) -> list[str]:
    """Return the lines of a table."""
    header = list(header)
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(map(str, cells))} |" for cells in lines]
