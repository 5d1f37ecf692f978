"""Sections of the report: as Markdown, and as files."""

import numpy as np
import pytest

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_json
from aecluster.report.markdown import section_to_markdown, to_markdown
from aecluster.report.places import folded, on_screen
from aecluster.report.section import Section, Table, load_sections, save_sections

TABLE = Table(["model", "n"], [["`a`", 3], ["b", 4]])


def test_a_section_is_a_table_a_paragraph_and_a_list_in_this_order():
    section = Section("Scores", TABLE, ["One.", "Two."], ["first", "second"])
    assert section_to_markdown(section) == (
        "## Scores\n\n| model | n |\n| --- | --- |\n| `a` | 3 |\n| b | 4 |\n\n"
        "One.\nTwo.\n\n- first\n- second\n"
    )


def test_what_a_section_does_not_have_leaves_no_gap():
    assert section_to_markdown(Section("Alone")) == "## Alone\n"
    assert section_to_markdown(Section("Said", sentences=["So."]), level=1) == "# Said\n\nSo.\n"


def test_a_file_has_a_title_and_one_empty_line_between_its_sections():
    sections = [Section("A", sentences=["One."]), Section("B", points=["Two."])]
    assert to_markdown("data", sections) == "# data\n\n## A\n\nOne.\n\n## B\n\n- Two.\n"


def test_saved_sections_come_back_in_their_order_with_cells_as_text(tmp_path):
    table = Table(["z", "a"], [["None", np.int64(3)], ["", 0.5]])
    told = {"z": Section("Z", table, ["One."], ["first"]), "a": Section("A")}
    save_sections(tmp_path / "told.json", told)
    found = load_sections(tmp_path / "told.json")
    assert list(found) == ["z", "a"]
    assert found["z"] == Section(
        "Z", Table(["z", "a"], [["None", "3"], ["", "0.5"]]), ["One."], ["first"]
    )
    assert to_markdown("data", found.values()) == to_markdown("data", told.values())


@pytest.mark.parametrize(
    "content", [{}, {"sections": [{"name": "a"}]}, {"sections": 3}, {"sections": [3]},
                {"sections": [{"name": "a", "table": {"rows": []}, "title": "A"}]}]
)  # fmt: skip
def test_a_file_that_holds_no_sections_is_named(tmp_path, content):
    save_json(tmp_path / "told.json", content)
    with pytest.raises(InputError, match=r"told\.json does not hold sections"):
        load_sections(tmp_path / "told.json")


def test_the_screen_ends_with_what_is_chosen_and_the_page_folds_the_rest():
    told = {n: Section(n) for n in ("grid a", "reconstruction", "choices", "discussion", "new")}
    assert [s.title for s in on_screen(told)] == ["grid a", "reconstruction", "choices"]
    assert [s.title for s in folded(told)] == ["new"]
