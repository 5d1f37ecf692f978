"""The epoch that is chosen for each model."""

import pandas as pd

from aecluster.report.numbers import number
from aecluster.report.section import Section, Table
from aecluster.scoring.matchings import joint_matching, score_name
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
    means = progress.groupby(["model", "epoch"])["accuracy"].mean()
    labelled = means.notna().any()
    rows = []
    for _, row in checkpoints[checkpoints["chosen"].astype(bool)].iterrows():
        of_model = means[row["model"]]
        last = int(of_model.index.max())
        cells = [row["model"], f"{row['epoch']} of {last}", number(row["stability"])]
        if labelled:
            best = f"{number(of_model.max())} (epoch {of_model.idxmax()})"
            cells += [number(of_model[row["epoch"]]), number(of_model[last]), best]
        rows.append(cells)
    header = ["model", "epoch", "stability over seeds"]
    name = score_name(joint_matching(progress["matching"]))
    header += [name, "of the last epoch", "best by the labels"] if labelled else []
    sentences = [
        "The epoch at which k-means on the latents gives the most similar groups across seeds "
        "(mean adjusted Rand index)."
    ]
    if len(progress) and progress["n_images"].max() >= SAMPLE:
        sentences += [f"Computed on a random sample of {SAMPLE:,} images if there are more."]
    return Section("Checkpoints without labels", Table(header, rows), sentences)
