"""Many thumbnails as one picture: a sheet of equal cells, as a data URI."""

import base64
import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

MAX_BYTES = 4_500_000
_LOSSLESS_BYTES = 1_000_000
_SHEET_SIDE = 3200
_BLOCK = 8  # a JPEG codes blocks of 8 x 8 pixels: whole blocks keep neighbours apart
_QUALITIES = (90, 80, 70, 60, 45, 30, 20, 12, 6, 3, 1)


@dataclass(frozen=True)
class Sheet:
    """A sheet of thumbnails; image i is in row i // columns and column i % columns.

    `width` and `height` are those of a thumbnail, which lies in the upper left corner of a cell of
    `cell_width` x `cell_height` pixels.
    """

    uri: str
    columns: int
    cell_width: int
    cell_height: int
    width: int
    height: int


def make_sheet(images: np.ndarray, max_bytes: int = MAX_BYTES) -> Sheet:
    """Put images on one sheet.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, C)
        C is 1 or 3. Images too large for a sheet of about 3200 x 3200 pixels are made smaller.
    max_bytes : int
        Of the encoded picture: PNG if it is small, else the best JPEG that fits.
    """
    columns = math.ceil(math.sqrt(len(images)))
    thumbnails = _shrink(images, max(16, _SHEET_SIDE // columns))
    height, width = thumbnails.shape[1:3]
    cells = _padded(thumbnails)
    sheet = _tiled(cells, columns)
    return Sheet(
        uri=_encode(sheet, max_bytes),
        columns=columns,
        cell_width=cells.shape[2],
        cell_height=cells.shape[1],
        width=width,
        height=height,
    )


def data_uri(content: bytes, kind: str) -> str:
    """Return a data URI of a file, such as kind "image/png"."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _shrink(images: np.ndarray, side: int) -> np.ndarray:
    height, width, channels = images.shape[1:]
    scale = side / max(height, width)
    if scale >= 1:
        return images
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = [np.asarray(_picture(image).resize(size, Image.Resampling.BOX)) for image in images]
    return np.stack(small).reshape(len(images), size[1], size[0], channels)


def _padded(images: np.ndarray) -> np.ndarray:
    height, width = images.shape[1:3]
    below, right = -height % _BLOCK, -width % _BLOCK
    return np.pad(images, ((0, 0), (0, below), (0, right), (0, 0)), mode="edge")


def _tiled(cells: np.ndarray, columns: int) -> np.ndarray:
    count, height, width, channels = cells.shape
    rows = math.ceil(count / columns)
    grid = np.zeros((rows * columns, height, width, channels), np.uint8)
    grid[:count] = cells
    grid = grid.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return grid.reshape(rows * height, columns * width, channels)


def _picture(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def _encode(sheet: np.ndarray, max_bytes: int) -> str:
    picture = _picture(sheet)
    if sheet.nbytes <= 4 * _LOSSLESS_BYTES:
        content = _saved(picture, format="PNG", optimize=True)
        if len(content) <= min(_LOSSLESS_BYTES, max_bytes):
            return data_uri(content, "image/png")
    for quality in _QUALITIES:
        content = _saved(picture, format="JPEG", quality=quality, subsampling=0)
        if len(content) <= max_bytes:
            break
    return data_uri(content, "image/jpeg")


def _saved(picture: Image.Image, **settings) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, **settings)
    return buffer.getvalue()
