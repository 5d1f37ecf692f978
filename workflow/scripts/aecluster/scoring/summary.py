"""Mean, spread and number of seeds of every score, as a table and as text."""

from pathlib import Path

import numpy as np
import pandas as pd

SCORES = [
    "reconstruction_mse",
    "accuracy",
    "accuracy_public",
    "accuracy_private",
    "chance",
    "nmi",
    "ari",
    "silhouette",
    "seconds",
]
KEYS = ["dataset", "model", "reduction", "dim", "clustering"]
NAMES = ["dataset", "model", "reduction", "clustering", "matching"]


def read_scores(path: str | Path) -> pd.DataFrame:
    """Read scores.csv or summary.csv; names stay text, also those like `007`, `null` or `nan`."""
    types = dict.fromkeys(NAMES, str)
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])


def summarise(scores: pd.DataFrame) -> pd.DataFrame:
    """Return one row a cell over its seeds: n, and each score's mean and standard deviation (sd).

    The sd is the sample's (n - 1), empty for a single seed. A cell is `collapsed` where its mean
    accuracy is within two standard errors of chance, or nearly all images are in one cluster.
    """
    grouped = scores.groupby(KEYS, sort=False)
    table = grouped.size().rename("n").to_frame()
    for score in SCORES:
        values = pd.to_numeric(scores[score]).groupby([scores[key] for key in KEYS], sort=False)
        table[f"{score}_mean"] = values.mean()
        table[f"{score}_sd"] = values.std(ddof=1)
    table["matching"] = grouped["matching"].first()
    table["collapsed"] = _collapsed(table, grouped["largest_cluster"].mean())
    return table.reset_index()


def _collapsed(table: pd.DataFrame, largest: pd.Series) -> pd.Series:
    margin = 2 * table["accuracy_sd"].fillna(0) / np.sqrt(table["n"])
    at_chance = table["accuracy_mean"] - margin.clip(lower=0.01) <= table["chance_mean"]
    return at_chance.fillna(False) | (largest > 0.98)


def as_text(summary: pd.DataFrame, dataset: str) -> str:
    """Return the summary of one data set as Markdown; the report's table is its top."""
    models = list(dict.fromkeys(summary["model"]))
    labelled = summary["accuracy_mean"].notna().any()
    lines = [f"# {dataset}", ""]
    for clustering, part in summary.groupby("clustering", sort=False):
        lines += _table(part, models, clustering, labelled)
    lines += ["## Reconstruction", ""]
    lines += ["| model | mean squared error (pixels in [-1, 1]) | n seeds |", "| --- | --- | --- |"]
    for model in models:
        row = summary[summary["model"] == model].iloc[0]
        error = _with_spread(row, "reconstruction_mse", digits=5)
        lines.append(f"| {model} | {error} | {row['n']} |")
    return "\n".join([*lines, ""])


def _table(part: pd.DataFrame, models: list[str], clustering: str, labelled: bool) -> list[str]:
    score = "accuracy" if labelled else "silhouette"
    purity = labelled and (part["matching"] == "many-to-one").any()
    title = {"accuracy": "Purity" if purity else "Accuracy", "silhouette": "Silhouette"}[score]
    lines = [
        f"## {title} of {clustering}",
        "",
        f"| reduction | dimension | {' | '.join(models)} |",
        f"| --- | --- | {' | '.join('---' for _ in models)} |",
    ]
    for (reduction, dim), rows in part.groupby(["reduction", "dim"], sort=False):
        by_model = {row["model"]: row for _, row in rows.iterrows()}
        shown = [_shown(by_model[m], score) if m in by_model else "" for m in models]
        lines.append(f"| {reduction} | {dim} | {' | '.join(shown)} |")
    n = int(part["n"].max())
    seeds = f"mean ± standard deviation over {n} seeds" if n > 1 else "a single seed: no spread"
    lines += ["", f"{title}: {seeds}."]
    if labelled:
        lines += [
            "In brackets: public / private part, under the one matching of clusters to labels.",
            f"Chance level: {part['chance_mean'].mean():.3f} (the same clusters, dealt at random).",
        ]
    if part["collapsed"].any():
        lines.append("`collapsed`: no better than chance, or nearly all images in one cluster.")
    return [*lines, ""]


def _shown(row: pd.Series, score: str) -> str:
    text = _with_spread(row, score)
    if score == "accuracy":
        text += f" ({row['accuracy_public_mean']:.3f} / {row['accuracy_private_mean']:.3f})"
    return text + (" collapsed" if row["collapsed"] else "")


def _with_spread(row: pd.Series, score: str, digits: int = 3) -> str:
    mean, sd = row[f"{score}_mean"], row[f"{score}_sd"]
    if pd.isna(mean):
        return "-"
    return f"{mean:.{digits}f}" + ("" if pd.isna(sd) else f" ± {sd:.{digits}f}")
