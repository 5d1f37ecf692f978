"""Accuracy, or without labels the silhouette, of models and reductions: the report's table."""

import pandas as pd

from aecluster.report.text import markdown_table, number, with_spread
from aecluster.scoring.approximated import notes


def as_text(summary: pd.DataFrame, dataset: str) -> str:
    """Return the summary of one data set as Markdown; the report's table is its top."""
    labelled = summary["accuracy_mean"].notna().any()
    lines = [f"# {dataset}", ""]
    for clustering, part in summary.groupby("clustering", sort=False):
        models = list(dict.fromkeys(part["model"]))
        if part[["accuracy_mean", "silhouette_mean"]].notna().any(axis=None):
            lines += _table(part, models, clustering, labelled)
    firsts = summary.dropna(subset="reconstruction_mse_mean").drop_duplicates("model")
    rows = [
        [row["model"], with_spread(row, "reconstruction_mse"), row["n"]]
        for _, row in firsts.iterrows()
    ]
    header = ["model", "mean squared error (pixels in [-1, 1])", "n seeds"]
    lines += ["## Reconstruction", "", *markdown_table(header, rows)] if rows else []
    return "\n".join([*lines, ""])


def _table(part: pd.DataFrame, models: list[str], clustering: str, labelled: bool) -> list[str]:
    score = "accuracy" if labelled else "silhouette"
    purity = labelled and (part["matching"] == "many-to-one").any()
    title = {"accuracy": "Purity" if purity else "Accuracy", "silhouette": "Silhouette"}[score]
    rows = []
    for (reduction, dim), of_row in part.groupby(["reduction", "dim"], sort=False):
        by_model = {row["model"]: row for _, row in of_row.iterrows()}
        shown = [_shown(by_model[m], score) if m in by_model else "" for m in models]
        rows.append([reduction, dim, *shown])
    lines = [f"## {title} of {clustering}", ""]
    lines += markdown_table(["reduction", "dimension", *models], rows)
    n = int(part["n"].max())
    seeds = f"mean ± standard deviation over {n} seeds" if n > 1 else "a single seed: no spread"
    lines += ["", f"{title}: {seeds}."]
    if labelled:
        lines += [
            "In brackets: public / private part, under the one matching of clusters to labels.",
            f"Chance level: {part['chance_mean'].mean():.3f} (the same clusters, shuffled "
            "among the images).",
        ]
    if part["collapsed"].any():
        lines.append("`collapsed`: no better than chance, or nearly all images in one cluster.")
    return [*lines, *notes(part), ""]


def _shown(row: pd.Series, score: str) -> str:
    text = with_spread(row, score)
    if score == "accuracy":
        parts = (number(row[f"accuracy_{part}_mean"]) for part in ("public", "private"))
        text += f" ({' / '.join(parts)})"
    return text + (" collapsed" if row["collapsed"] else "")
