"""One picture file, decoded as a person sees it and close to the size that is wanted."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from aecluster.errors import printable
from aecluster.sources import colours
from aecluster.sources.formats import decoded_formats, hint
from aecluster.sources.pixels import MIN_SIDE
from aecluster.sources.resizing import from_image, inner_sides, squared

# Pillow's limit on pixels would refuse what a phone takes; `_memory_for` bounds the memory instead.
Image.MAX_IMAGE_PIXELS = None

MOST_BYTES = 10**9  # of one decoded picture, and of all that are decoded at the same time
ENOUGH_ROWS = 0.8  # of a picture that is cut off, for it to be used
_FINER = 2  # times the wanted size, for a JPEG that is decoded at a lower resolution
_ENOUGH_SCANS = 4  # of a progressive JPEG: about as sharp as its small version
_MOST_FRAMES = 100  # that are looked at for one that shows something
_ONE_COLOUR = 16  # of 255: what the brightest and darkest pixel of a blank frame differ by
_ANIMATED = {"AVIF", "GIF", "PNG", "WEBP"}
_START_OF_SCAN, _END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"


class Broken(Exception):
    """A picture cannot be read; the message says why, after its name."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (H, W, C)
    width, height : int
        Of the whole picture in the file, upright.
    damage : str or None
        What is missing of it.
    n_pages : int
        Of which this is the first; 1 for all but TIFF.
    """

    pixels: np.ndarray
    width: int
    height: int
    damage: str | None
    n_pages: int


@contextmanager
def opened(file: BinaryIO) -> Iterator[Image.Image]:
    """Open a picture, and say every error of decoding it in few words, as Broken.

    Raises
    ------
    Broken
        If it is none, smaller than 8 pixels on a side, or does not decode in the block.
    """
    try:
        with Image.open(file, formats=decoded_formats()) as image:
            if min(image.size) < MIN_SIDE:
                raise Broken(
                    f"is {image.width} x {image.height} pixels, and images need at least "
                    f"{MIN_SIDE} x {MIN_SIDE}"
                )
            yield image
    except (Broken, MemoryError):
        raise
    except UnidentifiedImageError as error:
        file.seek(0)
        start = file.read(16)
        what = f"is not an image that Pillow knows{hint(start)}" if start else "is empty"
        raise Broken(what) from error
    except Exception as error:  # decoders of broken files raise nearly anything
        reason = str(error) or type(error).__name__
        raise Broken(f"does not decode as an image ({printable(reason)})") from error


def decoded(
    file: BinaryIO, mode: str, size: int | None, fit: str, white_of: Callable[[str], float]
) -> Picture:
    """Decode a picture: upright, in 8-bit sRGB on white; of an animation the first frame that is
    not of one colour.

    Parameters
    ----------
    file : file
        Open for reading bytes.
    mode : {"L", "RGB"}
    size, fit
        As in `squared`; size None leaves the picture as it is.
    white_of : callable
        As in `colours.eight_bit`.

    Raises
    ------
    Broken
    """
    with opened(file) as image:
        width, height = image.size
        if size is not None:  # a JPEG is decoded at a lower resolution
            least = (_FINER * side for side in inner_sides(image.size, size, fit))
            image.draft(None, tuple(least))
        wide = colours.is_wide(image)
        needed = _memory_for(image, width * height)
        with _room.taken(min(needed * (2 if wide else 1), MOST_BYTES)):
            n_pages = _choose_frame(image)
            image, damage = _loaded(image, file)
            image, turned = _upright(image)
            profile = colours.profile_of(image)
            if wide:
                image = _narrowed(image, file, white_of("integers"))
            image = colours.eight_bit(image, white_of)
            if image.mode == "CMYK":
                image = colours.to_srgb(image, profile)
            if image.mode not in ("L", "RGB"):
                image = image.convert(mode)
            if size is not None:
                image = squared(image, size, fit)
            image = colours.to_srgb(image, profile)
            if image.mode != mode:
                image = image.convert(mode)
            if turned:
                width, height = height, width
            return Picture(from_image(image), width, height, damage, n_pages)


def greatest(file: BinaryIO, kind: str) -> float:
    """Return the greatest value of a picture of a depth (see `colours.depth`), 0 for another.

    Raises
    ------
    Broken
    """
    with opened(file) as image:
        if colours.depth(image) != kind:
            return 0.0
        with _room.taken(_memory_for(image, image.width * image.height)):
            return colours.greatest(image)


class _Room:
    """Memory that threads share: who asks for more than is left waits."""

    def __init__(self, n_bytes: int):
        self._all = self._free = n_bytes
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, n_bytes: int) -> Iterator[None]:
        """Take so many bytes, at most all there are, for the time of the block."""
        with self._changed:
            self._changed.wait_for(lambda: self._free >= n_bytes)
            self._free -= n_bytes
        try:
            yield
        finally:
            with self._changed:
                self._free += n_bytes
                self._changed.notify_all()


_room = _Room(MOST_BYTES)


def _memory_for(image: Image.Image, n_pixels: int) -> int:
    """Return the bytes that decoding takes.

    Raises
    ------
    Broken
        If it takes more than MOST_BYTES.
    """
    narrow = 1 if image.mode in ("1", "L", "P") else 2 if image.mode.startswith("I;16") else None
    needed = image.width * image.height * (narrow or 4)  # bytes that Pillow takes for a pixel
    if image.info.get("progressive"):  # all coefficients are kept, at any resolution
        needed = max(needed, n_pixels * 2 * len(image.getbands()))
    if needed > MOST_BYTES:
        raise Broken(
            f"needs {needed / 1e9:,.1f} GB of memory to decode ({n_pixels:,} pixels), above the "
            f"limit of {MOST_BYTES / 1e9:,.1f} GB; save it smaller"
        )
    return needed


def _choose_frame(image: Image.Image) -> int:
    """Go to the first frame of an animation that shows something; return the number of pages."""
    if image.format == "TIFF":
        return getattr(image, "n_frames", 1)
    if image.format in _ANIMATED and getattr(image, "is_animated", False):
        with suppress(Exception):  # after the last frame, or at one that is broken: EOFError, ...
            for number in range(_MOST_FRAMES):
                image.seek(number)
                extrema = image.convert("RGB").getextrema()
                if any(high - low > _ONE_COLOUR for low, high in extrema):
                    return 1
        image.seek(0)
    return 1


def _loaded(image: Image.Image, file: BinaryIO) -> tuple[Image.Image, str | None]:
    """Decode; of a JPEG that is cut off what is there, and what is missing of it.

    Pillow's own switch for these is one for all threads, and does not tell how much is there.
    """
    try:
        image.load()
        return image, None
    except OSError as error:
        if image.format not in ("JPEG", "MPO") or "truncated" not in str(error):
            raise
    if image.info.get("progressive"):
        return _whole_but_coarse(image, file)
    image.tile = []  # what was decoded is all that there will be
    box = image.getbbox()  # rows that were not decoded are black
    part = box[3] / image.height if box else 0
    if part < ENOUGH_ROWS:
        raise Broken(
            f"does not decode as an image (it is cut off: {part:.0%} of its rows are there, and "
            f"{ENOUGH_ROWS:.0%} are enough)"
        )
    return image.crop((0, 0, image.width, box[3])), f"is cut off: its upper {part:.0%} are used"


def _narrowed(image: Image.Image, file: BinaryIO, white: float) -> Image.Image:
    """Return an image of 16 bits a colour with 8, for the value that is white.

    Where that is the greatest one, the upper bytes, which Pillow has kept, are those 8 bits. Else
    the lower ones are read as well: in 10-bit data, they are nearly all there is.
    """
    if white == colours.GREATEST:
        return image
    file.seek(0)
    with Image.open(file, formats=(image.format,)) as again:
        colours.keep_other_byte(again)
        again.load()
        return colours.narrowed(image, _upright(again)[0], white)


def _whole_but_coarse(image: Image.Image, file: BinaryIO) -> tuple[Image.Image, str]:
    """Decode a progressive JPEG that is cut off: each scan before that made all of it finer."""
    file.seek(0)
    content = file.read()
    if content.count(_START_OF_SCAN) < _ENOUGH_SCANS:
        raise Broken("does not decode as an image (it is cut off, and little more than its start)")
    again = Image.open(io.BytesIO(content + _END_OF_IMAGE), formats=("JPEG", "MPO"))
    again.draft(None, image.size)
    again.load()
    return again, "is cut off: its finest detail is missing"


def _upright(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return a photograph turned as its EXIF says, and whether width and height have changed."""
    before = image.size
    with suppress(Exception):  # broken EXIF turns nothing
        if image.getexif():
            ImageOps.exif_transpose(image, in_place=True)
    return image, image.size != before
