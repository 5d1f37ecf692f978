"""How well all images are reconstructed, in some numbers; needs no torch."""

import numpy as np


def summarise_errors(errors: np.ndarray, n_extremes: int = 20) -> dict:
    """Return the mean squared error over all images and a summary over single images.

    `best` and `worst` are indices of images, the most extreme first.
    """
    order = np.argsort(errors, kind="stable")
    quantiles = np.quantile(errors, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
    names = ["min", "q05", "q25", "median", "q75", "q95", "max"]
    return {
        "mse": float(errors.mean()),
        "pixels": "[-1, 1]",
        "n_images": len(errors),
        "per_image": {
            "sd": float(errors.std(ddof=1)) if len(errors) > 1 else 0.0,
            **dict(zip(names, map(float, quantiles), strict=True)),
        },
        "best": order[:n_extremes].tolist(),
        "worst": order[::-1][:n_extremes].tolist(),
    }
