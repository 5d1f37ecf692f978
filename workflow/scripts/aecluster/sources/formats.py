"""Which files are pictures that can be read, and what to do about those that cannot."""

import functools
import importlib.util
from collections import Counter
from collections.abc import Iterable

from PIL import Image, features

from aecluster.sources.packaged import INSTALL

# Pillow alone only names these, or (EPS) hands them to a program that runs what is in them.
_NOT_DECODED = {"BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF"}
# kind: its suffixes, and what brings it into a form that is read
_OTHERS = {
    "HEIC photograph": (
        (".heic", ".heif", ".hif"),
        f"pillow-heif, which reads HEIC, is missing; {INSTALL}",
    ),
    "AVIF picture": ((".avif", ".avifs"), "install a Pillow that reads AVIF"),
    "raw photograph": (
        (
            *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".nef"),
            *(".nrw", ".orf", ".pef", ".raf", ".rw2", ".srw", ".x3f"),
        ),
        "export to JPEG or TIFF with the program of the camera, darktable or RawTherapee",
    ),
    "video": (
        (".3gp", ".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".webm", ".wmv"),
        "extract frames: ffmpeg -i VIDEO -vf fps=1 frame-%05d.jpg",
    ),
    "document": ((".pdf", ".ps", ".eps"), "extract pages: pdftoppm -jpeg DOCUMENT page"),
    "vector drawing": ((".svg", ".svgz", ".ai"), "export to PNG"),
    "medical image": ((".dcm", ".nii"), "export to PNG or 16-bit TIFF"),
    "archive": (
        (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zip"),
        "unpack in the folder",
    ),
}
_KIND_OF = {suffix: kind for kind, (suffixes, _) in _OTHERS.items() for suffix in suffixes}
_LONGEST_START = 16  # bytes that tell what a file is


@functools.cache
def decoded_formats() -> tuple[str, ...]:
    """Return the names of the formats that are decoded; importing Pillow's plugins, once.

    HEIC is one of them where the optional package pillow-heif is installed.
    """
    if importlib.util.find_spec("pillow_heif"):
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.init()
    missing = _NOT_DECODED if features.check("avif") else {*_NOT_DECODED, "AVIF"}
    return tuple(kind for kind in Image.OPEN if kind not in missing)


@functools.cache
def decoded_suffixes() -> frozenset[str]:
    """Return the suffixes of what is decoded, in small letters."""
    formats = {*decoded_formats(), "MPO"}  # a JPEG that holds several, opened as such
    return frozenset(
        suffix for suffix, kind in Image.registered_extensions().items() if kind in formats
    )


def why_not(suffix: str) -> str | None:
    """Return why files of a suffix (small letters) are not read, None for those that are."""
    if suffix in decoded_suffixes():
        return None
    return f"a {_KIND_OF[suffix]}" if suffix in _KIND_OF else "no image by its suffix"


def why_not_by_start(start: bytes) -> str | None:
    """Return the same for a file without a suffix, by its first 16 bytes."""
    suffix = _suffix_by_start(start[:_LONGEST_START])
    return "no image by its first bytes" if suffix is None else why_not(suffix)


def not_read(why_left_out: Iterable[str]) -> list[str]:
    """Return one sentence for each kind of files that could be read after some preparation.

    Parameters
    ----------
    why_left_out : iterable of str
        As `why_not` says it.

    Examples
    --------
    >>> not_read(["a video", "a video", "hidden"])
    ['2 videos were not read; extract frames: ffmpeg -i VIDEO -vf fps=1 frame-%05d.jpg.']
    """
    counts = Counter(why_left_out)
    sentences = []
    for kind, (_, advice) in _OTHERS.items():
        n = counts[f"a {kind}"]
        if n:
            sentences.append(f"{n:,} {kind}{'s were' if n > 1 else ' was'} not read; {advice}.")
    return sentences


def hint(start: bytes) -> str:
    """Return what the first bytes of a file that cannot be opened tell, "" where nothing."""
    suffix = _suffix_by_start(start[:_LONGEST_START])
    return f", but {why_not(suffix)}: {_OTHERS[_KIND_OF[suffix]][1]}" if _missing(suffix) else ""


def _missing(suffix: str | None) -> bool:
    return suffix in _KIND_OF and suffix not in decoded_suffixes()


def _suffix_by_start(start: bytes) -> str | None:
    """Tell the common formats apart that no text begins like."""
    if start.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if start.startswith((b"GIF87a", b"GIF89a")):
        return ".gif"
    if start.startswith((b"II*\0", b"MM\0*")):
        return ".tif"
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return ".webp"
    if start[4:8] == b"ftyp":
        brand = start[8:12]
        if brand in (b"avif", b"avis"):
            return ".avif"
        heif = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
        return ".heic" if brand in heif else ".mp4"
    return ".pdf" if start.startswith(b"%PDF-") else None
