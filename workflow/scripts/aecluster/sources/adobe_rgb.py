"""Adobe RGB (1998): cameras that photograph in it say so in the EXIF and embed no profile."""

import functools
import struct
from contextlib import suppress

from PIL import ExifTags, Image

# Red, green and blue as XYZ under D50, and the exponent; from the encoding's own specification.
_COLOURS = {
    b"r": (0.60974, 0.31111, 0.01947),
    b"g": (0.20528, 0.62567, 0.06087),
    b"b": (0.14919, 0.06322, 0.74457),
}
_D50 = (0.9642, 1.0, 0.8249)
_EXPONENT = 563  # of 256
_ADOBE_RGB = "R03"  # DCF 2.0, the design rule for the files of cameras


def is_meant(image: Image.Image) -> bool:
    """Return whether the EXIF of an image says that its colours are Adobe RGB."""
    with suppress(Exception):  # broken EXIF says nothing
        if exif := image.getexif():
            index = exif.get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex)
            return str(index).strip("\0 ") == _ADOBE_RGB
    return False


@functools.cache
def profile() -> bytes:
    """Return it as an ICC profile."""
    curve = b"curv" + struct.pack(">4xIH2x", 1, _EXPONENT)
    tags = {colour + b"XYZ": b"XYZ " + bytes(4) + _xyz(xyz) for colour, xyz in _COLOURS.items()}
    tags |= {colour + b"TRC": curve for colour in _COLOURS}
    table, content = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        begin = 128 + 4 + 12 * len(tags) + len(content)
        table += name + struct.pack(">II", begin, len(data))
        content += data
    head = struct.pack(">I4xI12s", 128 + len(table + content), 0x02400000, b"mntrRGB XYZ ")
    head = head.ljust(36, b"\0") + b"acsp"
    head = head.ljust(68, b"\0") + _xyz(_D50)
    return head.ljust(128, b"\0") + table + content


def _xyz(values: tuple[float, ...]) -> bytes:
    return struct.pack(">3i", *(round(value * 65536) for value in values))
