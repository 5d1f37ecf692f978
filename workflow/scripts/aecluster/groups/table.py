"""The groups as a table that people open in a spreadsheet."""

from pathlib import Path

import numpy as np
import pandas as pd

from aecluster.groups.corrections import NONE, Corrections
from aecluster.jobs.artifacts import as_csv, is_formula, save_text

_BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take UTF-8 for another encoding


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
        File of each image, "" where it has none. One that a spreadsheet would run as a formula
        gets `./` before it: as a path it is the same.
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
            "file": [f"./{name}" if is_formula(name) else name for name in names],
            "label": labels,
            "confidence": np.round(confidence, 4),
            "corrected": corrected,
            "name": [corrections.name(group) for group in corrected.tolist()],
        }
    )


def save_groups(path: str | Path, table: pd.DataFrame) -> None:
    """Save as CSV in UTF-8 with a byte order mark: pandas.read_csv skips it, and so does Python's
    encoding `utf-8-sig`."""
    save_text(path, _BYTE_ORDER_MARK + as_csv(table))
