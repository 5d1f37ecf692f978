"""A number of groups to begin with, which others are nearly as good, and why."""

import pandas as pd

EQUALLY_GOOD = 0.05
TOLERANCE = 0.1
CLEAR_STABILITY = 0.5
CLEAR_SILHOUETTE = 0.5  # up to here "weak, could be artificial": Kaufman and Rousseeuw (1990)


def mean_curves(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean of the curves of several models and seeds, with the same columns."""
    return pd.concat(tables).groupby("k", as_index=False).mean()


def suggest(table: pd.DataFrame) -> dict:
    """Choose a number of groups by the mean of silhouette and stability.

    Parameters
    ----------
    table : DataFrame
        Columns k, silhouette, stability, score, as of `mean_curves`.

    Returns
    -------
    dict
        suggested (int): the largest number whose score is at most EQUALLY_GOOD below the best,
        because fewer groups, made of whole ones, score as high. range (list of int): every number
        whose score is at most TOLERANCE below the best. tolerance (float). reason (str, some
        sentences). Without any score, 2 is suggested and the range is all that was tried.
    """
    best = table["score"].max()
    if pd.isna(best):
        suggested, fitting = 2, table["k"].tolist()
        reason = "2 groups: the images do not differ enough to compare numbers of groups."
    else:
        suggested = int(table["k"][table["score"] >= best - EQUALLY_GOOD].max())
        fitting = table["k"][table["score"] >= best - TOLERANCE].astype(int).tolist()
        reason = _reason(table, suggested, fitting)
    return {"suggested": suggested, "range": fitting, "tolerance": TOLERANCE, "reason": reason}


def _reason(table: pd.DataFrame, suggested: int, fitting: list[int]) -> str:
    row = table.set_index("k").loc[suggested]
    text = (
        f"{suggested} groups: the largest number whose score is at most {EQUALLY_GOOD:g} below the "
        f"best; the score is the mean of the silhouette (here {row['silhouette']:.2f}) and of how "
        f"well the groups of other samples agree (adjusted Rand, here {row['stability']:.2f})."
    )
    if len(fitting) > 1:
        text += f" Within {TOLERANCE:g} of the best are {listed(fitting)} groups."
    else:
        text += f" No other number is within {TOLERANCE:g} of the best."
    unclear = row["stability"] < CLEAR_STABILITY or row["silhouette"] < CLEAR_SILHOUETTE
    if unclear:
        text += " These images do not fall into clear groups; take any number as a way to sort."
    return text


def listed(numbers: list[int]) -> str:
    """Return ascending numbers in words, three or more in a row as "3 to 5"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
