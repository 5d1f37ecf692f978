"""The Markdown that the workflow itself writes, as HTML: headings, tables, lists, paragraphs."""

import re

from markupsafe import Markup, escape

_INLINE = ((r"\*\*(.+?)\*\*", r"<strong>\1</strong>"), (r"`(.+?)`", r"<code>\1</code>"))


def to_html(text: str) -> Markup:
    """Return Markdown as HTML, escaped; sections (`##`) are folded, the title (`#`) is left out."""
    top, *sections = re.split(r"^## +", text, flags=re.MULTILINE)
    parts = [_blocks(top)]
    for section in sections:
        name, _, body = section.partition("\n")
        summary = f"<summary>{_inline(name)}</summary>"
        parts.append(f"<details>{summary}\n{_blocks(body)}</details>")
    return Markup("\n".join(parts))


def section(text: str, name: str) -> Markup:
    """Return what stands under the heading `## name` as HTML, nothing if there is no such one."""
    found = re.search(rf"^## +{re.escape(name)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return Markup(_blocks(found.group(1)) if found else "")


def title(text: str) -> str:
    """Return the title of a Markdown file, the empty string if it has none."""
    found = re.search(r"^# +(.+)$", text, flags=re.MULTILINE)
    return found.group(1).strip() if found else ""


def _blocks(text: str) -> str:
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    return "\n".join(_block(lines) for lines in blocks)


def _block(lines: list[str]) -> str:
    if lines[0].startswith("# "):
        return _blocks("\n".join(lines[1:]))
    if lines[0].startswith("|"):
        return _table(lines)
    if lines[0].startswith("- "):
        items = re.split(r"^- ", "\n".join(lines), flags=re.MULTILINE)[1:]
        return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
    return f"<p>{_inline(chr(10).join(lines))}</p>"


def _table(lines: list[str]) -> str:
    header, _, *rows = (
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines
    )
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in header)
    body = "".join(f"<tr>{''.join(f'<td>{_inline(c)}</td>' for c in row)}</tr>" for row in rows)
    return (
        '<div class="scroll" tabindex="0"><table class="numbers">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _inline(text: str) -> str:
    html = str(escape(text.strip()))
    for pattern, replacement in _INLINE:
        html = re.sub(pattern, replacement, html)
    return html
