"""Names in any script: drawn with fonts that are installed, or a sentence says what to install."""

import matplotlib
import pytest
from matplotlib import font_manager

from aecluster.figures import fonts
from aecluster.figures.fonts import drawable, use_fonts_for
from aecluster.figures.text import columns, wrapped

ALEF, CAT, FACE, KA = "ا", "猫", "\U0001f600", "क"
LACKED = {"DejaVu Sans": {CAT, KA, "\U0001f408"}, "Noto Sans CJK SC": {KA, "\U0001f408"}}


@pytest.fixture
def machine(monkeypatch):
    """A machine with the fonts that a test names, whatever this one has."""
    monkeypatch.setitem(matplotlib.rcParams, "font.family", ["sans-serif"])
    monkeypatch.setattr(font_manager, "findSystemFonts", list)

    def with_fonts(*names):
        entries = [font_manager.FontEntry(name=name) for name in ("DejaVu Sans", *names)]
        monkeypatch.setattr(fonts.fontManager, "ttflist", entries)

        def lacking(family, characters):
            assert family in {entry.name for entry in entries}, "findfont would warn"
            return characters & LACKED.get(family, {CAT, FACE, KA})

        monkeypatch.setattr(fonts, "_lacking", lacking)

    return with_fonts


def said(caplog):
    return [record.getMessage() for record in caplog.records if getattr(record, "show", False)]


@pytest.fixture(autouse=True)
def _info(caplog):
    caplog.set_level("INFO", "aecluster")


@pytest.mark.parametrize("names", [[], ["cat", "été", "Ж"], [f"{ALEF} {FACE}"]])
def test_the_font_of_matplotlib_is_enough_for_most(machine, caplog, names):
    machine("Noto Sans CJK SC")
    use_fonts_for(names)
    assert matplotlib.rcParams["font.family"] == ["DejaVu Sans"] and not said(caplog)


def test_an_installed_font_is_taken_where_it_is_needed(machine, caplog):
    machine("Arial", "Noto Sans CJK SC", "Symbola")
    use_fonts_for([f"{CAT} cat"])
    assert matplotlib.rcParams["font.family"] == ["DejaVu Sans", "Noto Sans CJK SC"]
    assert not said(caplog)


def test_what_no_font_has_is_said_once_with_what_to_install(machine, caplog):
    machine("Arial")
    use_fonts_for([CAT, f"{CAT}{KA}", "\U0001f408\u200d\ufe0f"])
    assert matplotlib.rcParams["font.family"] == ["DejaVu Sans"]
    [sentence] = said(caplog)
    assert sentence.startswith(f"no font has {KA} {CAT} \U0001f408, so figures show boxes; ")
    assert "install Noto Emoji and Noto Sans CJK and Noto Sans Devanagari (" in sentence


def test_a_font_that_was_installed_since_is_found(machine, caplog, monkeypatch):
    machine()
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: ["/fonts/new.ttf", "/fonts/odd"])

    def add(path):
        if path == "/fonts/odd":
            raise RuntimeError("invalid pixel size")
        machine("Noto Sans CJK SC")

    monkeypatch.setattr(fonts.fontManager, "addfont", add)
    use_fonts_for([CAT])
    assert matplotlib.rcParams["font.family"] == ["DejaVu Sans", "Noto Sans CJK SC"]
    assert not said(caplog)


def test_the_font_of_matplotlib_has_what_is_said_of_it():
    assert fonts._lacking("DejaVu Sans", {"a", "Ж", ALEF, "ש", FACE, CAT, KA}) == {CAT, KA}


def test_joiners_and_variants_are_not_drawn():
    assert drawable("\u2764\ufe0f a\u200db") == "\u2764 ab"


def test_lines_are_broken_by_the_width_of_their_characters():
    assert columns("猫 cat") == 6 and columns("e\u0301") == 1
    assert wrapped("猫" * 7, 6) == "猫猫猫\n猫猫猫\n猫"
    assert wrapped("a" * 7, 3) == "aaa\naaa\na"
