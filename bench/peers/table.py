"""From the records of all runs to one table: medians, ranges, ratios."""

import statistics

import pandas as pd

from bench.peers.known import OWN

TIMES = 3  # how many times as fast as the next best peer aecluster has to be
_MEDIANS = ("cpu_seconds", "peak_mb", "accuracy", "chance", "n_clusters", "n_grouped")


def peer_table(records: list[dict]) -> pd.DataFrame:
    """Return one row a side, the highest NMI first.

    Parameters
    ----------
    records : list of dict
        As in `bench.peers.contest`, of all runs of all sides.

    Returns
    -------
    DataFrame
        peer, runs; medians of seconds, CPU seconds, memory in MB, NMI, accuracy and so on over the
        runs that came to an end, and the least and most seconds and NMI; seconds_to_groups, of
        aecluster; times_as_long: the seconds, those of aecluster being 1. A side of which no run
        came to an end has no row.
    """
    ended: dict[str, list[dict]] = {}
    for record in records:
        if "failed" not in record:
            ended.setdefault(record["peer"], []).append(record)
    table = pd.DataFrame([_row(peer, runs) for peer, runs in ended.items()])
    if table.empty:
        return table
    own = table.loc[table["peer"] == OWN, "seconds"]
    table["times_as_long"] = table["seconds"] / (own.iloc[0] if len(own) else float("nan"))
    return table.sort_values("nmi", ascending=False, kind="stable", ignore_index=True)


def failures(records: list[dict]) -> dict[str, str]:
    """Return peer -> why, of the first run that failed."""
    why: dict[str, str] = {}
    for record in records:
        if "failed" in record:
            why.setdefault(record["peer"], record["failed"])
    return why


def targets(table: pd.DataFrame) -> list[tuple[str, str, bool]]:
    """Return (target, what was found, whether it is met); nothing without two sides."""
    if table.empty or OWN not in set(table["peer"]) or len(table) < 2:
        return []
    own = table[table["peer"] == OWN].iloc[0]
    best = table[table["peer"] != OWN].iloc[0]
    times = best["times_as_long"]
    return [
        (
            f"higher NMI than the next best peer ({best['peer']})",
            f"{own['nmi']:.3f}, the peer {best['nmi']:.3f}",
            bool(own["nmi"] > best["nmi"]),
        ),
        (f"at least {TIMES} times as fast as it", f"{times:.2g} times", bool(times >= TIMES)),
    ]


def _row(peer: str, runs: list[dict]) -> dict:
    row: dict[str, object] = {"peer": peer, "runs": len(runs)}
    for name in ("seconds", "nmi"):
        values = [run[name] for run in runs]
        row |= {
            name: statistics.median(values),
            f"{name}_least": min(values),
            f"{name}_most": max(values),
        }
    row |= {name: statistics.median(run[name] for run in runs) for name in _MEDIANS}
    if "seconds_to_groups" in runs[0]:
        row["seconds_to_groups"] = statistics.median(run["seconds_to_groups"] for run in runs)
    return row
