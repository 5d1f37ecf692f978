"""Names of any length, broken into lines that fit."""

import re
import unicodedata


def wrapped(text: str, width: int) -> str:
    """Break a text into lines of at most `width` columns, after spaces, hyphens, underscores.

    >>> wrapped("kpca200-tsne of a-very_long_name", 16)
    'kpca200-tsne of\\na-very_long_name'
    """
    lines = [""]
    for word in re.findall(r"[^\s_-]+[\s_-]*|[\s_-]+", text):
        for piece in _pieces(word, width):
            if lines[-1] and columns(lines[-1]) + columns(piece.rstrip()) > width:
                lines.append("")
            lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def columns(text: str) -> int:
    """Return how wide a text is: East Asian characters are as wide as two others."""
    return sum(_width(character) for character in text)


def _pieces(word: str, width: int) -> list[str]:
    """Cut a word into pieces of at most `width` columns, of one character at least."""
    pieces = [""]
    for character in word:
        if pieces[-1] and columns(pieces[-1]) + _width(character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
