"""Sets of images that show the same picture: equal, or resized, recompressed, lighter, cropped,
mirrored.

Near images by their features are candidates. They are duplicates if one lies upon the other, pixel
by pixel: `overlay` looks for the place. No hash of whole images finds a crop of a tenth, and none
that does tells textures and line drawings apart (docs/properties.md).
"""

from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from aecluster.properties.grey import resized, to_grey
from aecluster.properties.neighbours import unit_length
from aecluster.properties.overlay import overlay, rough_overlay

_LEAST_COSINE = 0.7
_LEAST_ROUGH = 0.7
# Side of the images that are laid upon each other, and how well: few are left for the larger one.
_OVERLAYS = ((64, 0.6), (128, 0.9))
_PAIRS = 64  # compared at a time


def duplicates(
    images: np.ndarray,
    equal: np.ndarray,
    small: np.ndarray,
    latents: np.ndarray,
    neighbours: np.ndarray,
    n_threads: int = 1,
) -> np.ndarray:
    """Number the sets of images that show the same picture.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, C)
        May be memory-mapped: of most images nothing is read.
    equal : ndarray of int64, shape (N,)
        The first image that equals each, see `sources.equal.first_equal`: it stands for all.
    small : ndarray of uint8, shape (N, 32, 32)
        The images in grey.
    latents : ndarray of float32, shape (N, D)
    neighbours : ndarray of int64, shape (N, k)
        Those that may be near duplicates; -1 for none.
    n_threads : int
        How many compare at the same time.

    Returns
    -------
    ndarray of int64, shape (N,)
        The set of each image, numbered from 0 by their first images; -1 for an image of its own.
    """
    with ThreadPoolExecutor(n_threads) as threads:
        judge = _Judge(images, small, unit_length(latents), threads)
        component = np.arange(len(equal))
        for near in neighbours.T:
            pairs = np.column_stack([equal, np.where(near < 0, equal, equal[near])])
            pairs = pairs[component[pairs[:, 0]] != component[pairs[:, 1]]]
            pairs = np.unique(np.sort(pairs, axis=1), axis=0)
            joined = component[pairs[judge.same(pairs)]]
            graph = coo_array((np.ones(len(joined)), tuple(joined.T)), (len(equal),) * 2)
            component = connected_components(graph, directed=False)[1][component]
        return _numbered(_led(component, np.unique(equal), judge)[equal])


class _Judge:
    """Tells which images show the same picture."""

    def __init__(self, images: np.ndarray, small: np.ndarray, unit: np.ndarray, threads: Executor):
        self._images, self._small, self._unit = images, small, unit
        self._threads = threads

    def same(self, pairs: np.ndarray) -> np.ndarray:
        """Return a bool for each row (image, other image)."""
        parts = [pairs[start : start + _PAIRS] for start in range(0, len(pairs), _PAIRS)]
        return np.concatenate([np.zeros(0, bool), *self._threads.map(self._same, parts)])

    def _same(self, pairs: np.ndarray) -> np.ndarray:
        found = np.zeros(len(pairs), bool)
        one, other = pairs.T
        cosine = np.einsum("nd,nd->n", self._unit[one], self._unit[other])
        left = np.flatnonzero(cosine >= _LEAST_COSINE)
        rough, swapped, mirrored = rough_overlay(
            self._small[one[left]].astype(np.float32),
            self._small[other[left]].astype(np.float32),
        )
        kept = rough >= _LEAST_ROUGH
        left, swapped, mirrored = left[kept], swapped[kept], mirrored[kept]
        whole = np.where(swapped, other[left], one[left])
        crop = np.where(swapped, one[left], other[left])
        # Of small images both sides are their own, and the second bound alone counts.
        sides = {min(side, *self._images.shape[1:3]): least for side, least in _OVERLAYS}
        for side, least in sides.items():
            kept = self._overlay(whole, crop, mirrored, side) >= least
            left, whole, crop, mirrored = (a[kept] for a in (left, whole, crop, mirrored))
        found[left] = True
        return found

    def central(self, members: np.ndarray) -> int:
        """Return the image with the highest mean cosine to the others."""
        unit = self._unit[members]
        return members[(unit @ unit.mean(0)).argmax()]

    def _overlay(
        self, whole: np.ndarray, crop: np.ndarray, mirrored: np.ndarray, side: int
    ) -> np.ndarray:
        if not len(whole):
            return np.zeros(0)
        images, crops = (resized(to_grey(self._images[i]), side) for i in (whole, crop))
        crops[mirrored] = crops[mirrored, :, ::-1]
        return overlay(images, crops)


def _led(component: np.ndarray, images: np.ndarray, judge: _Judge) -> np.ndarray:
    """Return for each image the one that leads its set; itself where it has none.

    All of a set is the same as one image, the most central of what is connected; what is not the
    same as it is left to another. So no chain joins two pictures.
    """
    leader = np.arange(len(component))
    members = images[np.argsort(component[images], kind="stable")]
    for left in np.split(members, np.flatnonzero(np.diff(component[members])) + 1):
        while len(left) > 1:
            leads = judge.central(left)
            others = left[left != leads]
            own = judge.same(np.column_stack([np.full(len(others), leads), others]))
            leader[others[own]] = leads
            left = others[~own]
    return leader


def _numbered(leader: np.ndarray) -> np.ndarray:
    """Number the sets of more than one image by their first."""
    _, first, place, sizes = np.unique(
        leader, return_index=True, return_inverse=True, return_counts=True
    )
    several = np.flatnonzero(sizes > 1)
    number = np.full(len(sizes), -1)
    number[several[np.argsort(first[several])]] = np.arange(len(several))
    return number[place]
