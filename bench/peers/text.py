"""The table as one page of Markdown, with what each number means."""

import pandas as pd

from aecluster.report.markdown import markdown_table
from bench.peers.known import OWN, PEERS
from bench.peers.table import failures, peer_table, targets
from bench.text import busy_warning


def page(about: dict, records: list[dict]) -> str:
    """Return the whole text.

    Parameters
    ----------
    about : dict
        folder (its name), n_images, n_clusters, n_classes, runs, machine, cores, versions, load (of
        the machine, before the first run).
    records : list of dict
        As in `bench.peers.contest`.
    """
    table = peer_table(records)
    groups = f"{about['n_clusters']} groups"
    if about["n_clusters"] != about["n_classes"]:
        groups += f" ({about['n_classes']} classes)"
    lines = [
        "# Against what a user would pick instead",
        "",
        f"{about['folder']}: {about['n_images']:,} images, {groups}. Each side as a whole process, "
        f"from the files to the groups in a file, in turns; median of {_runs(about['runs'])}. "
        f"{about['machine']}, {about['cores']} cores for each; {about['versions']}.",
        "",
        *busy_warning(about),
        *_verdicts(table),
        *_rows(table, about),
        "",
        f"- {OWN}: `aecluster run FOLDER --clusters {about['n_clusters']}` in a fresh copy of the "
        f"repository, to its page{_to_groups(table)}. Its seeds are the same in every run; where a "
        "peer takes one, each run has another.",
        *(f"- {peer.name}: {peer.how}." for peer in PEERS if peer.name in _names(table)),
        "- NMI and accuracy: the groups against the names of the sub-folders, which no side uses. "
        "Accuracy: each group stands for one class. Chance: the accuracy of the groups, shuffled "
        "among the images.",
        "- Seconds: wall time (least to most). MB: the most memory of all processes at once. Times "
        f"as long: the seconds against those of {OWN}.",
    ]
    left_out = [f"- {peer}: not measured: {why}" for peer, why in failures(records).items()]
    return "\n".join([*lines, *(["", *left_out] if left_out else []), ""])


def _verdicts(table: pd.DataFrame) -> list[str]:
    rows = [(what, found, "yes" if met else "no") for what, found, met in targets(table)]
    return [*markdown_table(["target", "found", "met"], rows), ""] if rows else []


def _rows(table: pd.DataFrame, about: dict) -> list[str]:
    header = ["side", "seconds", "times as long", "CPU s", "MB", "NMI", "accuracy", "chance"]
    header += ["groups", "images"]
    rows = [
        [
            f"**{row['peer']}**" if row["peer"] == OWN else row["peer"],
            _range(row, "seconds", ".1f"),
            f"{row['times_as_long']:.2g}",
            f"{row['cpu_seconds']:.0f}",
            f"{row['peak_mb']:.0f}",
            _range(row, "nmi", ".3f"),
            f"{row['accuracy']:.3f}",
            f"{row['chance']:.2f}",
            f"{row['n_clusters']:.0f}",
            f"{row['n_grouped']:.0f}",
        ]
        for _, row in table.iterrows()
    ]
    return markdown_table(header, rows)


def _range(row: pd.Series, name: str, digits: str) -> str:
    median = f"{row[name]:{digits}}"
    if row["runs"] == 1:
        return median
    return f"{median} ({row[f'{name}_least']:{digits}} to {row[f'{name}_most']:{digits}})"


def _to_groups(table: pd.DataFrame) -> str:
    own = table[table["peer"] == OWN] if len(table) else table
    return (
        f"; its groups are there after {own['seconds_to_groups'].iloc[0]:.0f} s" if len(own) else ""
    )


def _names(table: pd.DataFrame) -> set[str]:
    return set(table["peer"]) if len(table) else set()


def _runs(n: int) -> str:
    return "one run" if n == 1 else f"{n} runs"
