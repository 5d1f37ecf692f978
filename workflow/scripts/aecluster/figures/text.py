"""Names of any length, broken into lines that fit."""

import re


def wrapped(text: str, width: int) -> str:
    """Break a text into lines of at most `width` characters, after spaces, hyphens, underscores.

    >>> wrapped("kpca200-tsne of a-very_long_name", 16)
    'kpca200-tsne of\\na-very_long_name'
    """
    lines = [""]
    for word in re.findall(r"[^\s_-]+[\s_-]*|[\s_-]+", text):
        for start in range(0, len(word), width):
            piece = word[start : start + width]
            if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
                lines.append("")
            lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)
