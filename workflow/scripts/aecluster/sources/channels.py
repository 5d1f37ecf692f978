"""Grey images made colour, and the reverse."""

import numpy as np

from aecluster.sources.pixels import blocks

_LUMA = (299, 587, 114)  # thousandths; ITU-R BT.601, as in Pillow


def with_channels(images: np.ndarray, channels: int | None) -> np.ndarray:
    """Return images with so many channels.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, C), C = 1 or 3
    channels : {1, 3} or None
        None leaves the images as they are.

    Returns
    -------
    ndarray of uint8, shape (N, H, W, channels)
        Grey is repeated as red, green and blue; colour becomes its luma.
    """
    if channels in (None, images.shape[-1]):
        return images
    if channels == 3:
        return np.repeat(images, 3, axis=-1)
    grey = np.empty((*images.shape[:-1], 1), np.uint8)
    for start, block in blocks(images):
        luma = block.astype(np.int64) @ np.array(_LUMA)
        grey[start : start + len(block), ..., 0] = (luma + 500) // 1000
    return grey
