"""How well one image lies upon another that may be a crop of it, or its mirror image.

Normalised cross-correlation (Lewis 1995, "Fast normalized cross-correlation"): roughly for many
pairs, then at every place for those that are left.
"""

from functools import cache

import numpy as np
from scipy.fft import irfft2, rfft2
from scipy.ndimage import gaussian_filter1d

from aecluster.properties.grey import averaging

SMALL = 32  # side of the images that are compared roughly
_ROUGH = 16  # side of the crops that are compared roughly
_OFFSETS = 3  # places of a rough crop along each side
_PARTS = (1, 0.975, 0.95, 0.925, 0.9, 0.875, 0.85)  # of a side, that a crop has left
_NEXT = 0.03  # parts that differ by less are next to each other
_ROUGH_PARTS = (1, 0.95, 0.9, 0.85)
# Standard deviations, in pixels, of two blurs. Between them is what is compared: neither shades,
# which pictures of one kind share, nor what compression and half a pixel's shift change.
_FINE, _COARSE = 1, 4
_MARGIN = 32  # part of a side that is left out at the edges: the crop of a picture may stick out of
# the square that is shown of it
_LEAST_ENERGY = 1.0  # mean square of grey values, of 255; below, there is nothing to compare


def rough_overlay(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Correlate pairs of images, float32 (n, 32, 32), and some crops of them, at low resolution.

    Returns
    -------
    correlation : ndarray of float32, shape (n,)
        The highest of all.
    swapped, mirrored : ndarray of bool, shape (n,)
        Whether it is that of a crop of `other`, and of a mirror image.
    """
    crops, others = _crops(one), _crops(other)
    found = np.hstack([(crops @ _both_ways(others)).max(1), (others @ _both_ways(crops)).max(1)])
    best = found.argmax(1)
    return found.max(1), best >= 2, best % 2 == 1


def overlay(
    images: np.ndarray,
    crops: np.ndarray,
    near: np.ndarray | None = None,
    coarse: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Return how well each image and what may be a crop of it correlate, at the best place.

    Parameters
    ----------
    images, crops : ndarray of float32, shape (n, side, side)
    near : ndarray of float64, shape (n,), optional
        About which part of a side each crop has left, as found for smaller images: only what is
        next to it is tried.
    coarse : bool
        Try every second part only, to see which is near.

    Returns
    -------
    correlation : ndarray of float64, shape (n,)
        The highest, 1 at most.
    part : ndarray of float64, shape (n,)
        Of a side, that the crop has left there.
    """
    side = images.shape[1]
    details = _details(images, side)
    spectrum, energy = rfft2(details), rfft2(np.square(details))
    best, found = np.full(len(images), -1.0), np.ones(len(images))
    for part in _PARTS[:: 2 if coarse else 1]:
        rows = slice(None) if near is None else np.flatnonzero(abs(near - part) < _NEXT)
        correlation = _correlation(spectrum[rows], energy[rows], crops[rows], part)
        found[rows] = np.where(correlation > best[rows], part, found[rows])
        best[rows] = np.maximum(correlation, best[rows])
    return best, found


def _correlation(
    spectrum: np.ndarray, energy: np.ndarray, crops: np.ndarray, part: float
) -> np.ndarray:
    """Return the highest correlation over all places of crops that have left that part of a side.

    Spectrum and energy, (n, side, side // 2 + 1), are the Fourier transforms of the details of the
    whole images and of their squares.
    """
    if not len(crops):
        return np.zeros(0)
    side = spectrum.shape[1]
    shape, margin = (side, side), max(1, side // _MARGIN)
    inner = round(side * part)
    crop = _details(crops, inner)[:, margin:-margin, margin:-margin]
    crop = crop - crop.mean((1, 2), keepdims=True)
    inner -= 2 * margin
    room = side - inner + 1
    places = irfft2(spectrum * rfft2(crop, shape).conj(), shape)[:, :room, :room]
    window = rfft2(np.ones((inner, inner), np.float32), shape).conj()
    under = irfft2(energy * window, shape)[:, :room, :room]
    least = _LEAST_ENERGY * inner**2
    own = np.square(crop).sum((1, 2)).clip(least)[:, None, None]
    return (places / np.sqrt(own * under.clip(least))).max((1, 2), initial=-1)


def _details(grey: np.ndarray, side: int) -> np.ndarray:
    """Resize images to a side; return what is between two blurs of them."""
    fine, coarse = _blurs(grey.shape[1], side)
    return fine @ grey @ fine.T - coarse @ grey @ coarse.T


@cache
def _blurs(n: int, side: int) -> list[np.ndarray]:
    """Return the matrices, float32 (side, n), that resize n pixels and blur them, both blurs."""
    blurred = (gaussian_filter1d(np.eye(side), sd, axis=0) for sd in (_FINE, _COARSE))
    return [(blur @ averaging(n, 0, n, side)).astype(np.float32) for blur in blurred]


def _crops(small: np.ndarray) -> np.ndarray:
    """Return the whole images and crops of them, centred and of length 1: (n, crops, 256)."""
    scaled = _ROWS @ small @ _ROWS.T
    n_crops = len(_ROWS) // _ROUGH
    scaled = scaled.reshape(len(small), n_crops, _ROUGH, n_crops, _ROUGH)
    crops = scaled[:, _Y, :, _X, :].swapaxes(0, 1).reshape(len(small), len(_Y), _ROUGH**2)
    crops -= crops.mean(2, keepdims=True)
    energy = np.square(crops).sum(2, keepdims=True)
    crops /= np.sqrt(energy.clip(_LEAST_ENERGY * _ROUGH**2))
    return crops


def _both_ways(crops: np.ndarray) -> np.ndarray:
    """Return the whole images among crops, and their mirror images: (n, 256, 2)."""
    whole = crops[:, 0].reshape(-1, _ROUGH, _ROUGH)
    return np.stack([whole, whole[..., ::-1]], axis=-1).reshape(len(crops), _ROUGH**2, 2)


def _rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the matrices that cut out rows, below each other, and which of them make a crop."""
    rows, y, x = [], [], []
    for part in _ROUGH_PARTS:
        room = SMALL * (1 - part)
        starts = np.linspace(0, room, _OFFSETS) if room else [0]
        own = len(rows) + np.arange(len(starts))
        y += np.repeat(own, len(own)).tolist()
        x += np.tile(own, len(own)).tolist()
        rows += [averaging(SMALL, s, s + SMALL * part, _ROUGH) for s in starts]
    return np.concatenate(rows), np.array(y), np.array(x)


_ROWS, _Y, _X = _rows()
