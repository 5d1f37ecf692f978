"""Which sections of a data set are shown where, by their names in `aecluster.report.summary`."""

from aecluster.report.section import Section

GRID = "grid"  # begins the names of the scores of each clustering
# The page has places of its own for these; it draws the grids itself.
PLACED = ("reconstruction", "choices", "discussion")


def on_screen(told: dict[str, Section]) -> list[Section]:
    """Return the sections that a run ends with: the first ones, to what is chosen."""
    names = list(told)
    return [told[name] for name in names[: names.index("choices") + 1]]


def folded(told: dict[str, Section]) -> list[Section]:
    """Return the sections that the page opens on a click."""
    return [s for name, s in told.items() if name not in PLACED and not name.startswith(GRID)]
