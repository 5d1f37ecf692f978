"""Images in grey, and smaller."""

import numpy as np

_WEIGHTS = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow does


def to_grey(images: np.ndarray) -> np.ndarray:
    """Return images, uint8 (n, H, W, C), as float32 (n, H, W), 0 to 255."""
    pixels = images.astype(np.float32)
    return pixels[..., 0] if images.shape[3] == 1 else pixels @ _WEIGHTS


def resized(grey: np.ndarray, side: int) -> np.ndarray:
    """Return grey images, float32 (n, H, W), as (n, side, side)."""
    down, across = (averaging(n, 0, n, side) for n in grey.shape[1:])
    return down @ grey @ across.T


def averaging(n: int, start: float, stop: float, n_out: int) -> np.ndarray:
    """Return the matrix, float32 (n_out, n), that resizes n pixels from start to stop: each new one
    is the mean of what it covers."""
    edges = np.linspace(start, stop, n_out + 1)
    left = np.arange(n)
    shared = np.minimum(edges[1:, None], left + 1) - np.maximum(edges[:-1, None], left)
    return (shared.clip(0) / np.diff(edges)[:, None]).astype(np.float32)
