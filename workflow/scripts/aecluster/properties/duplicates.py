"""Sets of images that show the same picture: equal, or resized, recompressed, lighter, cropped,
mirrored.

Near images by their features are candidates. They are duplicates if one lies upon the other, pixel
by pixel: `overlay` looks for the place. No hash of whole images finds a crop of a tenth, and none
that does tells textures and line drawings apart (docs/properties.md).
"""

from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
from scipy.sparse import coo_array, csr_array
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
        others = np.where(neighbours < 0, equal[:, None], equal[neighbours])
        for near in others.T:
            pairs = np.column_stack([equal, near])
            pairs = pairs[component[pairs[:, 0]] != component[pairs[:, 1]]]
            joined = component[pairs[judge.same(pairs)]]
            graph = coo_array((np.ones(len(joined)), tuple(joined.T)), (len(equal),) * 2)
            component = connected_components(graph, directed=False)[1][component]
        rows = np.repeat(equal, others.shape[1])
        near = coo_array((np.ones(rows.size, bool), (rows, others.ravel())), (len(equal),) * 2)
        near = (near + near.T).tocsr()
        return _numbered(_led(component, np.unique(equal), near, judge)[equal])


class _Judge:
    """Tells which images show the same picture."""

    def __init__(self, images: np.ndarray, small: np.ndarray, unit: np.ndarray, threads: Executor):
        self._images, self._small, self._unit = images, small, unit
        self._threads = threads
        # Pairs that were compared, as one number each and sorted, and what was found.
        self._pairs, self._found = np.zeros(0, np.int64), np.zeros(0, bool)

    def same(self, pairs: np.ndarray) -> np.ndarray:
        """Return a bool for each row (image, other image)."""
        asked = pairs.min(1) * len(self._unit) + pairs.max(1)
        new = np.setdiff1d(asked, self._pairs)
        parts = [
            np.column_stack(np.divmod(new[start : start + _PAIRS], len(self._unit)))
            for start in range(0, len(new), _PAIRS)
        ]
        found = np.concatenate([np.zeros(0, bool), *self._threads.map(self._compared, parts)])
        places = np.searchsorted(self._pairs, new)
        self._pairs = np.insert(self._pairs, places, new)
        self._found = np.insert(self._found, places, found)
        return self._found[np.searchsorted(self._pairs, asked)]

    def _compared(self, pairs: np.ndarray) -> np.ndarray:
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
        part = None
        for side, least in sides.items():
            correlation, part = self._overlay(
                whole, crop, mirrored, side, part, coarse=side < max(sides)
            )
            kept = correlation >= least
            left, whole, crop, mirrored, part = (
                values[kept] for values in (left, whole, crop, mirrored, part)
            )
        found[left] = True
        return found

    def most_central_first(self, members: np.ndarray) -> np.ndarray:
        """Return images, the one with the highest mean cosine to all of them first."""
        unit = self._unit[members]
        return members[np.argsort(-(unit @ unit.mean(0)), kind="stable")]

    def _overlay(
        self,
        whole: np.ndarray,
        crop: np.ndarray,
        mirrored: np.ndarray,
        side: int,
        part: np.ndarray | None,
        coarse: bool,
    ) -> tuple[np.ndarray, np.ndarray]:
        images, crops = (resized(to_grey(self._images[i]), side) for i in (whole, crop))
        crops[mirrored] = crops[mirrored, :, ::-1]
        return overlay(images, crops, part, coarse)


def _led(component: np.ndarray, images: np.ndarray, near: csr_array, judge: _Judge) -> np.ndarray:
    """Return for each image the one that leads its set; itself where it has none.

    All of a set is the same as one image, the most central of what is connected; what is not the
    same as it is left to another. So no chain joins two pictures. The leader is compared with what
    is near, and with the others only where half of that is the same: they are less alike.
    """
    leader = np.arange(len(component))
    members = images[np.argsort(component[images], kind="stable")]
    sets = np.split(members, np.flatnonzero(np.diff(component[members])) + 1)
    sets = [judge.most_central_first(own) for own in sets if len(own) > 1]
    while sets:
        close = [own[1:][np.isin(own[1:], _row(near, own[0]))] for own in sets]
        led = _same_as_first(sets, close, judge)
        farther = [
            np.setdiff1d(own[1:], others) if 2 * len(same) >= len(others) > 0 else own[:0]
            for own, others, same in zip(sets, close, led, strict=True)
        ]
        led = map(np.append, led, _same_as_first(sets, farther, judge))
        left = []
        for own, same in zip(sets, led, strict=True):
            leader[same] = own[0]
            left.append(own[1:][~np.isin(own[1:], same)])
        sets = [own for own in left if len(own) > 1]
    return leader


def _row(graph: csr_array, node: int) -> np.ndarray:
    return graph.indices[graph.indptr[node] : graph.indptr[node + 1]]


def _same_as_first(
    sets: list[np.ndarray], others: list[np.ndarray], judge: _Judge
) -> list[np.ndarray]:
    """Return, for the first image of each set, those of others that show the same picture."""
    pairs = [np.column_stack([np.full(len(o), s[0]), o]) for s, o in zip(sets, others, strict=True)]
    same = judge.same(np.concatenate(pairs))
    ends = np.cumsum([len(own) for own in others])
    return [o[found] for o, found in zip(others, np.split(same, ends[:-1]), strict=True)]


def _numbered(leader: np.ndarray) -> np.ndarray:
    """Number the sets of more than one image by their first."""
    _, first, place, sizes = np.unique(
        leader, return_index=True, return_inverse=True, return_counts=True
    )
    several = np.flatnonzero(sizes > 1)
    number = np.full(len(sizes), -1)
    number[several[np.argsort(first[several])]] = np.arange(len(several))
    return number[place]
