"""Sections of the report as Markdown."""

from aecluster.report.markdown import section_to_markdown, to_markdown
from aecluster.report.section import Section, Table

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
