"""The colours of a picture as a person sees them: 8 bits, sRGB, on white."""

import functools
import io
import sys
import threading
from collections.abc import Callable, Iterable

import numpy as np
from PIL import Image, ImageCms, ImageFile

from aecluster.sources import adobe_rgb

GREATEST = 65535  # of the values that 16 bits hold
_DEPTHS = (8, 10, 12, 14, 16)  # bits of cameras and scanners
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_NAMED = {"integers": "files of more than 8 bits", "floats": "files of floating-point numbers"}
_GREY_MODES = {"1", "L", "LA", "La", "F"}
# Pillow's name for the order of two bytes, and the order in which it keeps the other one of them
_OTHER_BYTE = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
_WIDE = {"RGB;16", "RGBX;16"}
_BLOCK_ROWS = 64

_of_thread = threading.local()
_building = threading.Lock()


def is_grey(image: Image.Image) -> bool:
    """Return whether an image has no colours, by its mode."""
    return image.mode in _GREY_MODES or image.mode.startswith("I")


def depth(image: Image.Image) -> str | None:
    """Return "integers" or "floats" for an image of more than 8 bits, None for others."""
    if image.mode.startswith("I") or is_wide(image):
        return "integers"
    return "floats" if image.mode == "F" else None


def is_wide(image: Image.Image) -> bool:
    """Return whether an image that is not loaded yet has 16 bits for each colour.

    When Pillow loads it, the upper 8 bits are what is left.
    """
    tiles = image.tile if isinstance(image, ImageFile.ImageFile) else ()
    return image.mode == "RGB" and any(_raw_mode(tile.args)[:-1] in _WIDE for tile in tiles)


def keep_other_byte(image: ImageFile.ImageFile) -> None:
    """Make Pillow keep the lower 8 bits of an image of `is_wide` when it loads it."""
    image.tile = [tile._replace(args=_of_other_byte(tile.args)) for tile in image.tile]


def narrowed(upper: Image.Image, lower: Image.Image, white: float) -> Image.Image:
    """Return an RGB image of 8 bits, from the two bytes of each value of one of 16.

    Parameters
    ----------
    upper, lower : Image
        In mode RGB, of one size.
    white : float
        The value that is white; greater ones become white too.
    """
    values = np.arange(GREATEST + 1) * (255 / white)
    table = np.rint(np.minimum(values, 255)).astype(np.uint8)
    found = np.empty((upper.height, upper.width, 3), np.uint8)
    for top in range(0, upper.height, _BLOCK_ROWS):
        box = 0, top, upper.width, min(top + _BLOCK_ROWS, upper.height)
        high, low = (np.asarray(each.crop(box), np.uint16) for each in (upper, lower))
        found[top : box[3]] = table[high * 256 + low]
    return Image.fromarray(found)


def _raw_mode(args: str | tuple) -> str:
    return args if isinstance(args, str) else str(args[0])


def _of_other_byte(args: str | tuple) -> str | tuple:
    mode = _raw_mode(args)
    mode = mode[:-1] + _OTHER_BYTE[mode[-1]]
    return mode if isinstance(args, str) else (mode, *args[1:])


def greatest(image: Image.Image) -> float:
    """Return the greatest value of an image of more than 8 bits, or one that as many bits hold.

    Raises
    ------
    ValueError
        If its values are not all in 0..65535.
    """
    wide = is_wide(image)
    values = np.asarray(image)
    if wide:
        return float(values.max()) * 256 + 255
    low, high = values.min(), values.max()
    if not (low >= 0 and high <= GREATEST):
        raise ValueError(f"values from {low} to {high}, where its format allows 0 to {GREATEST}")
    return float(high)


def white(kind: str, found: Iterable[float]) -> float:
    """Return the value that is white, for the greatest values of all images of a folder.

    The one that the fewest usual bits hold, so that 12-bit data in 16-bit files is not black; or 1
    for floats in 0..1.
    """
    high = max(found, default=0.0)
    if kind == "floats" and high <= 1:
        return 1.0
    return float(next(2**bits - 1 for bits in _DEPTHS if high < 2**bits))


def about_white(whites: dict[str, float]) -> str | None:
    """Return a sentence about values that are white, None where they are what one expects."""
    unusual = {kind: value for kind, value in whites.items() if value not in (1, GREATEST)}
    if not unusual:
        return None
    named = [f"in {_NAMED[kind]}, {value:,.0f} is white" for kind, value in unusual.items()]
    return f"{'; '.join(named)}: the range of all values that are there."


def eight_bit(image: Image.Image, white_of: Callable[[str], float]) -> Image.Image:
    """Return an image without transparency whose values are 8-bit.

    Parameters
    ----------
    image : Image
    white_of : callable
        Takes what `depth` finds, returns the value that is white; greater ones become white too.
    """
    kind = depth(image)
    if kind:
        greatest(image)
        values = np.multiply(np.asarray(image), 255 / white_of(kind), dtype=np.float64)
        return Image.fromarray(np.rint(np.minimum(values, 255, out=values)).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image).convert("RGB")
    return image


def profile_of(image: Image.Image) -> bytes | None:
    """Return the ICC profile of an image, or that of the colours that its EXIF says it has."""
    profile = image.info.get("icc_profile")
    if not profile and image.mode == "RGB" and adobe_rgb.is_meant(image):
        return adobe_rgb.profile()
    return profile


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return an image in mode L, RGB or CMYK with its ICC profile applied, as L or RGB.

    Without a profile, or with one that is broken, belongs to another mode or is sRGB, it is left
    as it is.
    """
    if not profile or image.mode not in _SPACES or _is_srgb_or_unfit(profile, image.mode):
        return image
    # Little CMS has a cache in each transform, so each thread has its own transforms.
    transforms = _of_thread.__dict__.setdefault("transforms", {})
    key = profile, image.mode
    if key not in transforms:
        if len(transforms) > 32:
            transforms.clear()
        transforms[key] = _transform(profile, image.mode)
    converted = ImageCms.applyTransform(image, transforms[key])
    return converted.convert("L") if image.mode == "L" else converted


@functools.lru_cache(maxsize=64)
def _is_srgb_or_unfit(profile: bytes, mode: str) -> bool:
    try:
        found = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile
        _transform(profile, mode)
    except (OSError, TypeError, ValueError, ImageCms.PyCMSError):
        return True
    described = found.profile_description or ""
    return found.xcolor_space.strip() != _SPACES[mode] or "srgb" in described.lower()


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    with _building:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, _srgb(), mode, "RGB")


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.createProfile("sRGB")
