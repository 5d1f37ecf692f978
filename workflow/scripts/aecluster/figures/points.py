"""Images as points of a plane: in which order, how large, and how groups look."""

import numpy as np

from aecluster.figures.style import COLOURS, PALETTE

MAX_POINTS = 20_000  # of more images the density is drawn
MAX_VECTORS = 3_000  # more points than that are pixels in the SVG
MARKERS = ("o", "x", "^", "+")  # another one after each ten groups
LINE_MARKERS = ("x", "+")
N_NAMED = 12  # groups that a legend names where it cannot name all


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
            COLOURS[group % len(COLOURS)],
            MARKERS[group // len(PALETTE) % len(MARKERS)],
        )
        for group in np.unique(groups[groups >= 0])
    }


def largest(groups: np.ndarray) -> list[int]:
    """Return the N_NAMED groups with the most images, those below 0 aside, in ascending order."""
    found, sizes = np.unique(groups[groups >= 0], return_counts=True)
    return sorted(found[np.argsort(-sizes, kind="stable")[:N_NAMED]].tolist())
