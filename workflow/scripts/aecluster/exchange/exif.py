"""When photographs were taken, from their EXIF."""

import re
import warnings
from pathlib import Path

from PIL import Image

_EXIF, _TAKEN, _CHANGED = 0x8769, 0x9003, 0x0132
_DATE = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)(?:[ T](\d\d:\d\d:\d\d))?")


def taken_at(file: str | Path) -> str | None:
    """Return when a photograph was taken, as "2024-07-31 18:05:00"; None if it does not say."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file) as image:
                exif = image.getexif()
                text = exif.get_ifd(_EXIF).get(_TAKEN) or exif.get(_CHANGED)
    except Exception:  # decoders of broken files raise nearly anything
        return None
    found = _DATE.match(str(text or ""))
    if not found or found.group(1) == "0000":
        return None
    return " ".join(["-".join(found.group(1, 2, 3)), found.group(4) or ""]).strip()
