"""Numbers as Markdown: tables, mean ± standard deviation, p-values."""

from collections.abc import Iterable

import pandas as pd

from aecluster.metrics.registry import METRICS, digits
from aecluster.scoring.approximated import notes
from aecluster.statistics.comparisons import LEVEL


def markdown_table(header: Iterable[str], rows: Iterable[Iterable]) -> list[str]:
    """Return the lines of a table."""
    header = list(header)
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(map(str, cells))} |" for cells in lines]


def number(value: float, what: str = "accuracy") -> str:
    """Return a score with the digits that suit it, "-" for none."""
    return "-" if pd.isna(value) else f"{value:.{digits(what)}f}"


def spread(mean: float, sd: float, what: str = "accuracy") -> str:
    """Return "mean ± sd", the mean alone without sd, "-" without both."""
    return number(mean, what) + ("" if pd.isna(mean) or pd.isna(sd) else f" ± {number(sd, what)}")


def with_spread(row: pd.Series, score: str) -> str:
    """Return a score of a row of summary.csv: "mean ± sd"."""
    return spread(row[f"{score}_mean"], row[f"{score}_sd"], score)


def p_value(p: float) -> str:
    """Return "0.034" or "< 0.001"; never rounded down to a level that it does not reach."""
    if pd.isna(p):
        return "-"
    if p < 0.001:
        return "< 0.001"
    return f"{p:.3f}" if (round(p, 3) < LEVEL) == (p < LEVEL) else f"{p:.4g}"


def all_scores(summary: pd.DataFrame) -> str:
    """Return every score of every cell as a Markdown section: mean ± sd, and the number of seeds.

    Times are left out: the same experiment gives the same text.

    Parameters
    ----------
    summary : DataFrame
        What `aecluster.scoring.summary.summarise` returns, of one data set.
    """
    shown = [
        name
        for name, metric in METRICS.items()
        if metric.in_tables and summary[f"{name}_mean"].notna().any()
    ]
    notes = [_note(row) for _, row in summary.iterrows()]
    header = ["model", "reduction", "dimension", "clustering", *(METRICS[s].label for s in shown)]
    header += ["seeds", *(["note"] if any(notes) else [])]
    rows = []
    for (_, row), note in zip(summary.iterrows(), notes, strict=True):
        numbers = [
            number(row["chance_mean"]) if s == "chance" else with_spread(row, s) for s in shown
        ]
        keys = [row["model"], row["reduction"], row["dim"], row["clustering"]]
        rows.append([*keys, *numbers, row["n"], *([note] if any(notes) else [])])
    lines = ["## All scores", "", *markdown_table(header, rows), ""]
    return "\n".join([*lines, *_explained(summary), ""])


def _note(row: pd.Series) -> str:
    notes = ["purity"] if row["matching"] == "many-to-one" else []
    return ", ".join(notes + (["collapsed"] if row["collapsed"] else []))


def _explained(summary: pd.DataFrame) -> list[str]:
    lines = []
    if (summary["n"] > 1).any():
        lines.append("Each score: mean ± standard deviation over the seeds.")
    if (summary["matching"] == "many-to-one").any():
        lines.append(
            "`purity`: more clusters than classes; each cluster counts as its most frequent class."
        )
    lines.append("Silhouette: in the reduced space of each row.")
    lines += notes(summary)
    lines.append("Seconds are in summary.csv.")
    return lines


def comparison_table(comparisons: pd.DataFrame) -> str:
    """Return the comparisons that say something as a Markdown section.

    Parameters
    ----------
    comparisons : DataFrame
        What `aecluster.statistics.comparisons.compare` returns, of one data set. Shown are those
        whose corrected p is under LEVEL or whose difference is larger than its spread.
    """
    telling = (comparisons["p_holm"] < LEVEL) | comparisons["larger_than_spread"].astype(bool)
    lines = ["## Comparisons", ""]
    if not telling.any():
        several = (comparisons["n"] > 1).any()
        nothing = "No difference is larger than its spread over seeds."
        return "\n".join(
            [*lines, nothing if several else "None: comparisons need labels and several seeds.", ""]
        )
    header = ["what", "clustering", "a", "b", "at", "a - b", "seeds", "test", "p"]
    header += ["p, corrected", "effect"]
    rows = [_comparison(row) for _, row in comparisons[telling].iterrows()]
    lines += [*markdown_table(header, rows), ""]
    lines += [
        f"{telling.sum()} of {len(comparisons)} comparisons: those larger than their spread over "
        "seeds, or under 0.05 after correction.",
        "a - b: mean ± standard deviation of the differences, paired by seed.",
        "Test: the paired t-test, or Wilcoxon's signed-rank test if there are enough seeds for it "
        "to be significant.",
        "Corrected: by Holm (1979), within each clustering over the pairs of models, and over the "
        "reductions, each compared with the reference; over the reconstruction errors; "
        "and over all configurations, compared with the selected one.",
        "Effect: Hedges' g (mean over standard deviation of the differences, corrected for small "
        "samples).",
    ]
    return "\n".join([*lines, ""])


def _comparison(row: pd.Series) -> list[str]:
    effect = "-" if pd.isna(row["effect"]) else f"{row['effect']:.2f}"
    names = [row[key] or "-" for key in ("clustering", "a", "b", "at")]
    difference = spread(row["difference"], row["sd"], row["what"])
    tests = [row["test"], p_value(row["p"]), p_value(row["p_holm"]), effect]
    what = row["what"].replace("_mse", " MSE")
    return [what, *names, difference, row["n"], *tests]
