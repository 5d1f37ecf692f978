"""What is wrong with a picture as a picture: dark, bright, blurry, of odd shape, without content.

The measures and bounds are those of CleanVision (https://github.com/cleanlab/cleanvision), but for
blur. A flag needs two things: a measure beyond an absolute bound, and one that is unusual for the
data set. What most images are (drawings on white, smooth surfaces) is no fault of theirs.
"""

import numpy as np
import pandas as pd

from aecluster.properties.grey import resized
from aecluster.properties.table import FLAGS

_DARK, _BRIGHT = 0.32 * 255, 0.95 * 255  # of the brightest and of the darkest parts
_SHARPNESS = 0.02
_ELONGATION = 2.0  # times as long, or as short, as usual
_ENTROPY = 3.0  # bits
_UNUSUAL = 2.0  # robust standard deviations from the median
_NORMAL = 1.4826  # standard deviations in a median absolute deviation, of normal values
_LEAST_CONTRAST = 2  # standard deviation of grey values, of 255; below, nothing can be sharp
_LEAST_SIDE = 3  # the Laplacian is of a pixel and those around it
_TINY = 1e-3  # lowest entropy and sharpness, as logarithms have to be finite


def measures(grey: np.ndarray, shorter: np.ndarray | None = None) -> pd.DataFrame:
    """Measure images.

    Parameters
    ----------
    grey : ndarray of float32, shape (n, H, W)
        0 to 255.
    shorter : ndarray of int, shape (n,), optional
        The shorter side of the images' files. One that was enlarged has no detail that it could
        show: its sharpness is measured at that side.

    Returns
    -------
    DataFrame
        darkest and brightest: the 5th and the 99th percentile of the pixels. entropy: of the
        histogram, in bits. sharpness: variance of the Laplacian (Pech-Pacheco et al. 2000) over
        that of the pixels, so that little contrast is no blur; NaN for a picture of one colour.
    """
    n = len(grey)
    levels = np.rint(grey).astype(np.int64).reshape(n, -1)
    levels += 256 * np.arange(n)[:, None]
    part = np.bincount(levels.ravel(), minlength=256 * n).reshape(n, 256) / levels.shape[1]
    below = part.cumsum(1)
    sharpness = _sharpness(grey)
    if shorter is not None:
        for side in np.unique(shorter[shorter < min(grey.shape[1:])]):
            own = shorter == side
            sharpness[own] = _sharpness(resized(grey[own], max(side, _LEAST_SIDE)))
    return pd.DataFrame(
        {
            "darkest": (below < 0.05).sum(1),
            "brightest": (below < 0.99).sum(1),
            "entropy": -np.sum(part * np.log2(np.where(part > 0, part, 1)), 1),
            "sharpness": sharpness,
        }
    )


def _sharpness(grey: np.ndarray) -> np.ndarray:
    spread = grey.var((1, 2))
    inner = grey[:, 1:-1, 1:-1]
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    plain = spread < _LEAST_CONTRAST**2
    return np.where(plain, np.nan, (4 * inner - around).var((1, 2)) / np.where(plain, 1, spread))


def quality(measured: pd.DataFrame, sides: tuple[np.ndarray, np.ndarray] | None) -> list[str]:
    """Return for each image those of FLAGS that hold, with spaces between.

    Parameters
    ----------
    measured : DataFrame, N rows
        See `measures`.
    sides : two ndarrays, shape (N,), or None
        Width and height of the files; None where images have none, and no odd shape then.
    """
    darkest, brightest = measured["darkest"].to_numpy(), measured["brightest"].to_numpy()
    entropy = np.log(measured["entropy"].clip(lower=_TINY).to_numpy())
    sharpness = np.log(measured["sharpness"].clip(lower=_TINY).to_numpy())
    holds = {
        "dark": (brightest < _DARK) & _low(brightest),
        "bright": (darkest > _BRIGHT) & _low(-darkest),
        "blurry": (sharpness < np.log(_SHARPNESS)) & _low(sharpness),
        "low_information": (entropy < np.log(_ENTROPY)) & _low(entropy),
    }
    if sides is not None:
        width, height = (np.asarray(side, float) for side in sides)
        elongation = np.abs(np.log(width / height))
        off = np.abs(elongation - np.median(elongation))
        holds["odd_shape"] = (off > np.log(_ELONGATION)) & _low(-off)
    none = np.zeros(len(measured), bool)
    columns = zip(*(holds.get(flag, none) for flag in FLAGS), strict=True)
    return [" ".join(np.array(FLAGS)[list(row)]) for row in columns]


def _low(values: np.ndarray) -> np.ndarray:
    """Tell which values are unusually low: by the median and the median absolute deviation (Leys et
    al. 2013)."""
    if np.isnan(values).all():
        return np.zeros(len(values), bool)
    median = np.nanmedian(values)
    deviation = _NORMAL * np.nanmedian(np.abs(values - median))
    return values < median - _UNUSUAL * deviation
