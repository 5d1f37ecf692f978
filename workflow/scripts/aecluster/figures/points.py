"""Images as points of a plane: in which order, how large, and how groups look."""

import numpy as np

from aecluster.figures.style import PALETTE

MAX_POINTS = 20_000  # of more images the density is drawn
MAX_VECTORS = 3_000  # more points than that are pixels in the SVG
MARKERS = ("o", "x", "^", "+")  # where there are more groups than colours
LINE_MARKERS = ("x", "+")


def drawn(n_images: int) -> np.ndarray:
    """Return all images, in an order that hides no group behind another."""
    return np.random.default_rng(0).permutation(n_images)


def point_size(n_points: int) -> float:
    """Return the area of a point, in points squared: the more, the smaller."""
    return float(np.clip(14_000 / max(1, n_points), 1.5, 14))


def looks_of(groups: np.ndarray) -> dict[int, tuple[str, str]]:
    """Return colour and marker of every group, those below 0 aside."""
    return {
        int(group): (
            PALETTE[group % len(PALETTE)],
            MARKERS[group // len(PALETTE) % len(MARKERS)],
        )
        for group in np.unique(groups[groups >= 0])
    }
