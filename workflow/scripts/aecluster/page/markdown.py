"""Markdown that the workflow itself writes, as HTML."""

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

# Only what is written here: no link, picture or HTML can come from a name in the text.
_MARKDOWN = MarkdownIt("zero").enable(["backticks", "emphasis", "heading", "list", "table"])
# Tables as others of the page, and without the style attributes that its policy forbids.
_TABLE = {
    "table_open": '<div class="scroll" tabindex="0"><table class="numbers">',
    "table_close": "</table></div>",
    "th_open": '<th scope="col">',
    "td_open": "<td>",
}
for _token, _html in _TABLE.items():
    _MARKDOWN.add_render_rule(_token, lambda *_, html=_html: html)


def inline(text: object) -> Markup:
    """Return a piece of text as HTML, escaped, with its `code` and **bold**."""
    return Markup(_MARKDOWN.renderInline(str(text)))


def to_html(text: str) -> Markup:
    """Return Markdown as HTML, escaped; sections (`##`) are folded, the title (`#`) is left out."""
    top, *sections = re.split(r"^## +", text, flags=re.MULTILINE)
    parts = [_MARKDOWN.render(re.sub(r"\A# .*\n", "", top))]
    for section in sections:
        name, _, body = section.partition("\n")
        summary = f"<summary>{inline(name)}</summary>"
        parts.append(f"<details>{summary}\n{_MARKDOWN.render(body)}</details>")
    return Markup("\n".join(parts))


def title(text: str) -> str:
    """Return the title of a Markdown file, the empty string if it has none."""
    found = re.match(r"# +(.+)", text)
    return found[1].strip() if found else ""
