"""The groups as a table that people open in a spreadsheet."""

import numpy as np
import pandas as pd

from aecluster.artifacts import as_text_cell
from aecluster.groups.corrections import NONE, Corrections


def group_table(
    names: list[str],
    labels: np.ndarray,
    confidence: np.ndarray,
    corrections: Corrections = NONE,
) -> pd.DataFrame:
    """Return one row an image.

    Parameters
    ----------
    names : list of str
        File of each image, "" where it has none.
    labels : ndarray of int64, shape (N,)
    confidence : ndarray of float, shape (N,)
        0 to 1.
    corrections : Corrections
        Give the group that a person moved the image to, and that group's name.
    """
    corrected = corrections.apply(labels)
    return pd.DataFrame(
        {
            "id": np.arange(len(labels)),
            "file": [as_text_cell(name) for name in names],
            "label": labels,
            "confidence": np.round(confidence, 4),
            "corrected": corrected,
            "name": [corrections.name(group) for group in corrected.tolist()],
        }
    )
