"""Columns of numbers and a description of them as few bytes, which page/web/src/data.js reads."""

import gzip
import json
import struct

import numpy as np

_ALIGNED = 4
_TYPES = {"uint8": "Uint8", "uint16": "Uint16", "int16": "Int16", "int32": "Int32"}
_TYPES |= {"uint32": "Uint32", "float32": "Float32"}


def pack(content: dict, arrays: dict[str, np.ndarray]) -> bytes:
    """Return gzip of: the length of the JSON (uint32), the JSON, the arrays; all little-endian.

    Each part begins at a multiple of four bytes. The JSON is `content` with the key `arrays`: of
    each array its type (of JavaScript), where it begins behind the JSON, and its length.
    """
    parts, described, start = [], {}, 0
    for name, array in arrays.items():
        array = np.ascontiguousarray(array)
        described[name] = [_TYPES[array.dtype.name], start, array.size]
        parts.append(_padded(array.astype(array.dtype.newbyteorder("<")).tobytes()))
        start += len(parts[-1])
    text = json.dumps({**content, "arrays": described}, ensure_ascii=False, sort_keys=True)
    encoded = text.encode("utf-8", "replace")
    encoded += b" " * (-len(encoded) % _ALIGNED)
    whole = b"".join([struct.pack("<I", len(encoded)), encoded, *parts])
    return gzip.compress(whole, compresslevel=6, mtime=0)


def as_fraction(values: np.ndarray) -> np.ndarray:
    """Return numbers from 0 to 1 as uint16 from 0 to 65535."""
    return np.round(np.clip(values, 0, 1) * 65535).astype(np.uint16)


def _padded(content: bytes) -> bytes:
    return content + b"\0" * (-len(content) % _ALIGNED)
