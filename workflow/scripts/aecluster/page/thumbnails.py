"""Small pictures of all images on sheets that a page loads when they come into sight."""

import io
import math
from bisect import bisect_left
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from aecluster.jobs.artifacts import written_whole
from aecluster.jobs.checksums import verified
from aecluster.sources.resizing import from_image, to_image

FEW, SOME = 2_000, 4_000  # up to so many images are also shown large; are shown somewhat larger
# Of a picture: the longest side in pixels, and the bytes that it may take on average.
_SMALL, _LARGER, _LARGE = 96, 128, 256
_SMALL_BYTES, _LARGE_BYTES = 1_800, 8_000
_EXACT = 64  # up to this side pictures are kept without loss, if they fit
_SAMPLE = 128  # pictures that a quality is tried on, at most
_LOSSLESS = 101
_LOSSY = (90, 80, 70, 60, 45, 30, 20, 10, 5, 1)
_BLOCK = 16  # a lossy WebP codes blocks of 16 x 16 pixels: whole blocks keep neighbours apart


@dataclass(frozen=True)
class Sheets:
    """Pictures of `width` x `height` pixels, each in the upper left corner of a cell.

    Picture k is on sheet k // (columns * columns), whose cells are counted row by row; a sheet has
    `columns` in a row, and as many rows as its pictures need.
    """

    width: int
    height: int
    cell_width: int
    cell_height: int
    columns: int
    files: list[bytes]

    @property
    def layout(self) -> dict:
        """All but the pictures, and how many sheets there are."""
        return {k: v for k, v in asdict(self).items() if k != "files"} | {"n": len(self.files)}


def make_sheets(images: np.ndarray, order: np.ndarray, n_threads: int = 1) -> list[Sheets]:
    """Return the pictures in small, and of few images in large too.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W, C)
        C is 1 or 3.
    order : ndarray of int, shape (N,)
        Image of each picture: those that are shown together lie together.
    n_threads : int
        The sheets are the same with any number.
    """
    side = max(images.shape[1:3])
    small = min(side, _LARGER if len(images) <= SOME else _SMALL)
    with ThreadPoolExecutor(n_threads) as threads:
        sheets = [_sheets(images, order, small, 16, _SMALL_BYTES, threads)]
        if len(images) <= FEW and side > small:
            large = min(side, _LARGE)
            sheets.append(_sheets(images, order, large, 4, _LARGE_BYTES, threads))
    return sheets


def _sheets(
    images: np.ndarray, order: np.ndarray, side: int, columns: int, most: int, threads: Executor
) -> Sheets:
    height, width = images.shape[1:3]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    cell = size[0] + -size[0] % _BLOCK, size[1] + -size[1] % _BLOCK

    def in_parts(chosen: np.ndarray) -> list[np.ndarray]:
        a_sheet = columns * columns
        return [chosen[first : first + a_sheet] for first in range(0, len(chosen), a_sheet)]

    def drawn(part: np.ndarray) -> Image.Image:
        return _drawn(images, part, size, cell, columns)

    def sheet(quality: int, part: np.ndarray) -> bytes:
        return _encoded(quality, drawn(part))

    sample = order[:: max(1, math.ceil(len(order) / _SAMPLE))]
    tried = list(threads.map(drawn, in_parts(sample)))

    def fits(quality: int) -> bool:
        return sum(map(len, threads.map(partial(_encoded, quality), tried))) <= most * len(sample)

    def qualities() -> Iterator[int]:
        if side <= _EXACT and fits(_LOSSLESS):
            yield _LOSSLESS
        yield from _LOSSY[bisect_left(_LOSSY[:-1], True, key=fits) :]

    for quality in qualities():
        files = list(threads.map(partial(sheet, quality), in_parts(order)))
        if sum(map(len, files)) <= 1.05 * most * len(order):
            break
    return Sheets(*size, *cell, columns, files)


def _drawn(
    images: np.ndarray,
    part: np.ndarray,
    size: tuple[int, int],
    cell: tuple[int, int],
    columns: int,
) -> Image.Image:
    """Return the sheet of some images."""
    rows = math.ceil(len(part) / columns)
    mode = "L" if images.shape[3] == 1 else "RGB"
    sheet = Image.new(mode, (cell[0] * min(columns, len(part)), cell[1] * rows))
    for place, index in enumerate(part.tolist()):
        picture = to_image(np.asarray(images[index]))
        if picture.size != size:
            picture = picture.resize(size, Image.Resampling.BOX)
        row, column = divmod(place, columns)
        sheet.paste(_filled(picture, cell), (column * cell[0], row * cell[1]))
    return sheet


def _encoded(quality: int, sheet: Image.Image) -> bytes:
    """Return a sheet as WebP."""
    buffer = io.BytesIO()
    exact = {"lossless": True, "quality": 30} if quality == _LOSSLESS else {"quality": quality}
    sheet.save(buffer, "WEBP", method=2, **exact)
    return buffer.getvalue()


def _filled(picture: Image.Image, cell: tuple[int, int]) -> Image.Image:
    """Return a picture with its last column and row repeated until a cell is full."""
    if picture.size == cell:
        return picture
    pixels = from_image(picture)
    below, right = cell[1] - picture.height, cell[0] - picture.width
    return to_image(np.pad(pixels, ((0, below), (0, right), (0, 0)), mode="edge"))


def save_sheets(path: str | Path, sheets: list[Sheets]) -> None:
    """Save as .npz: the bytes of each sheet and, for each size, the layout."""
    arrays = {}
    for k, found in enumerate(sheets):
        numbers = [found.width, found.height, found.cell_width, found.cell_height, found.columns]
        arrays[f"layout{k}"] = np.array(numbers)
        for number, content in enumerate(found.files):
            arrays[f"sheet{k}.{number}"] = np.frombuffer(content, np.uint8)
    with written_whole(path) as draft, draft.open("wb") as file:
        np.savez(file, **arrays)


def load_sheets(path: str | Path) -> list[Sheets]:
    """Load what `save_sheets` wrote.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    with np.load(verified(path), allow_pickle=False) as arrays:
        sizes = [name for name in arrays.files if name.startswith("layout")]
        found = []
        for k in range(len(sizes)):
            n = sum(name.startswith(f"sheet{k}.") for name in arrays.files)
            files = [arrays[f"sheet{k}.{number}"].tobytes() for number in range(n)]
            found.append(Sheets(*arrays[f"layout{k}"].tolist(), files))
        return found
