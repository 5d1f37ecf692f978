"""The epoch that is chosen for each model."""

import pandas as pd

from aecluster.report.numbers import number, spread
from aecluster.report.section import Section, Table
from aecluster.scoring.matchings import joint_name
from aecluster.training.progress import SAMPLE


def checkpoints_section(checkpoints: pd.DataFrame, progress: pd.DataFrame) -> Section | None:
    """Return the epoch chosen for each model, and what the labels say of it; None without.

    Parameters
    ----------
    checkpoints : DataFrame
        model, epoch, stability, chosen.
    progress : DataFrame
        Rows of progress.csv.
    """
    if checkpoints.empty:
        return None
    epochs = progress.groupby(["model", "epoch"])["accuracy"].agg(["mean", "std"])
    chance = progress.groupby("model")["chance"].mean()
    labelled = chance.notna().any()
    rows = []
    for _, row in checkpoints[checkpoints["chosen"].astype(bool)].iterrows():
        of_model = epochs.loc[row["model"]]
        last = int(of_model.index.max())
        cells = [row["model"], f"{row['epoch']} of {last}", number(row["stability"])]
        if labelled:
            best = of_model["mean"].idxmax()
            chosen, at_last, at_best = (
                spread(*of_model.loc[e]) for e in (row["epoch"], last, best)
            )
            cells += [chosen, at_last, f"{at_best} (epoch {best})", number(chance[row["model"]])]
        rows.append(cells)
    header = ["model", "epoch", "stability over seeds"]
    name = joint_name(progress["matching"])
    sentences = [
        "The epoch at which k-means on the latents gives the most similar groups across seeds "
        "(mean adjusted Rand index)."
    ]
    if labelled:
        header += [name, "of the last epoch", "best by the labels", "chance"]
        sentences += [f"{name.capitalize()}: mean ± standard deviation over seeds."]
    if len(progress) and progress["n_images"].max() >= SAMPLE:
        sentences += [f"Computed on a random sample of {SAMPLE:,} images if there are more."]
    return Section("Checkpoints without labels", Table(header, rows), sentences)
