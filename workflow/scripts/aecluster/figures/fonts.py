"""Fonts for names in any script: matplotlib's own font has Latin, Greek, Cyrillic, Arabic, Hebrew.

matplotlib takes each character from the first font of `font.family` that has it, and shapes Arabic
and other scripts written from right to left itself.
"""

import logging
import unicodedata
from collections.abc import Iterable, Iterator

import matplotlib
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

logger = logging.getLogger("aecluster")

# Of Linux, macOS and Windows; where none of them has a character, any Noto Sans.
FALLBACKS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Noto Sans JP",
    "Noto Sans KR",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Apple SD Gothic Neo",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "WenQuanYi Zen Hei",
    "Noto Emoji",
    "Symbola",
    "Segoe UI Emoji",
    "Segoe UI Symbol",
    "Apple Symbols",
    "Noto Sans Arabic",
    "Geeza Pro",
    "Nirmala UI",
    "Leelawadee UI",
    "Segoe UI",
    "Arial Unicode MS",
)
_FAMILY = "Noto Sans "
_DEFAULT = "DejaVu Sans"  # comes with matplotlib
_SHOWN = 8  # characters that the sentence names
_FIRST_EMOJI = 0x1F000
_OF_SCRIPT = dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"), "Noto Sans CJK")
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")  # categories: controls, joiners, blanks
_VARIATIONS = range(0xFE00, 0xFE10)  # ask for the coloured form of an emoji, or the plain one


def use_fonts_for(texts: Iterable[str]) -> None:
    """Let matplotlib draw texts with installed fonts that have their characters.

    To be called before a figure is made. Characters that no font has are boxes; a sentence on the
    screen names them, and what to install.
    """
    wanted = _to_be_seen(texts)
    families, missing = _families(wanted)
    if missing and _add_new_fonts():
        families, missing = _families(wanted)
    matplotlib.rcParams["font.family"] = [_DEFAULT, *families]
    if missing:
        logger.info(_sentence(missing), extra={"show": True})


def drawable(text: str) -> str:
    """Return a text without what no font draws by itself: joiners, and variants of emoji.

    >>> drawable("cat\\u200d\\ufe0f")
    'cat'
    """
    return "".join(c for c in text if unicodedata.category(c) != "Cf" and ord(c) not in _VARIATIONS)


def _to_be_seen(texts: Iterable[str]) -> set[str]:
    characters = set("".join(map(drawable, texts)))
    return {c for c in characters if not c.isascii() and unicodedata.category(c) not in _UNSEEN}


def _families(characters: set[str]) -> tuple[list[str], list[str]]:
    """Return the families that are needed beside the default one, and what none of them has."""
    needed, missing = [], _lacking(_DEFAULT, characters)
    for family in _installed():
        if not missing:
            break
        before, missing = missing, _lacking(family, missing)
        if len(missing) < len(before):
            needed.append(family)
    return needed, sorted(missing)


def _installed() -> Iterator[str]:
    """Yield the families to look at: none that is not there, of which findfont would warn."""
    there = {font.name for font in fontManager.ttflist}
    yield from (family for family in FALLBACKS if family in there)
    yield from sorted(name for name in there - {*FALLBACKS} if name.startswith(_FAMILY))


def _lacking(family: str, characters: set[str]) -> set[str]:
    font = get_font(findfont(FontProperties(family=[family])))
    return {character for character in characters if not font.get_char_index(ord(character))}


def _add_new_fonts() -> bool:
    """Add fonts that were installed since matplotlib made its list; return whether there are any.

    The list is in a file of its cache, and new ones do not renew it.
    """
    known = {font.fname for font in fontManager.ttflist}
    new = [path for path in font_manager.findSystemFonts() if path not in known]
    for path in new:
        try:
            fontManager.addfont(path)
        except (OSError, RuntimeError, NotImplementedError):  # one that matplotlib cannot draw with
            continue
    return bool(new)


def _sentence(missing: list[str]) -> str:
    shown = " ".join(missing[:_SHOWN])
    more = len(missing) - _SHOWN
    fonts = sorted({_font_of(character) for character in missing})
    return (
        f"no font has {shown}{f' and {more} more' if more > 0 else ''}, so figures show boxes; "
        f"install {' and '.join(fonts)} (of https://fonts.google.com/noto, or of the system: "
        "fonts-noto), delete the figures and run again."
    )


def _font_of(character: str) -> str:
    """Return the Noto font that has a character, by the script in its name."""
    script = unicodedata.name(character, "UNKNOWN").split()[0].partition("-")[0]
    if script in _OF_SCRIPT:
        return _OF_SCRIPT[script]
    if ord(character) >= _FIRST_EMOJI or unicodedata.category(character) == "So":
        return "Noto Emoji"
    return _FAMILY + script.title()
