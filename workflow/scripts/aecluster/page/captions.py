"""Figures of the page: the picture as a data URI, its caption and a text for who cannot see it."""

import base64
import re
import struct
from pathlib import Path
from types import SimpleNamespace

import jinja2
from docutils.core import publish_parts
from markupsafe import Markup

from aecluster.jobs.checksums import verified

_SETTINGS = {"raw_enabled": False, "file_insertion_enabled": False, "report_level": 5}


def embed_figure(path: str | Path, caption: str, names: dict[str, str]) -> dict:
    """Return what the page needs of a PNG: uri, width, height, title, alt, lead (the
    caption's first sentence), caption, and more (whether it says more than the lead).

    Parameters
    ----------
    path : path
    caption : str
        reStructuredText, as for Snakemake's own report.
    names : dict of str
        What the caption may name as `snakemake.wildcards`: dataset, model, reduction.
    """
    content = verified(path).read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    text = _filled(caption, names)
    title = _title(path, names)
    return {
        "uri": f"data:image/png;base64,{base64.b64encode(content).decode()}",
        "width": width,
        "height": height,
        "title": title,
        "alt": f"{title}. {_first_sentence(text)}".strip(),
        "lead": _first_sentence(text),
        "more": len(_first_sentence(text)) < len(_plain(text)),
        "caption": _to_html(text),
    }


def _filled(caption: str, names: dict[str, str]) -> str:
    environment = jinja2.Environment(undefined=jinja2.ChainableUndefined, autoescape=False)
    wildcards = SimpleNamespace(**names)
    template = environment.from_string(caption)
    return template.render(snakemake=SimpleNamespace(wildcards=wildcards)).strip()


def _title(path: str | Path, names: dict[str, str]) -> str:
    particular = [names[key] for key in ("model", "reduction") if key in names]
    kind = Path(path).stem.removesuffix("-".join(["", *particular]))
    return ": ".join([kind.replace("-", " ").capitalize(), ", ".join(particular)]).removesuffix(
        ": "
    )


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.:]) ", _plain(text), maxsplit=1)[0]


def _plain(text: str) -> str:
    return re.sub(r"[*`]", "", " ".join(text.split()))


def _to_html(text: str) -> Markup:
    parts = publish_parts(text, writer="html5", settings_overrides=_SETTINGS)
    return Markup(parts["body"])
