"""The report page: reads the artifacts and fills the template."""

import base64
import hashlib
from pathlib import Path

import jinja2
import yaml
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from aecluster.consensus.file import load_consensus
from aecluster.groups.corrections import load_corrections
from aecluster.jobs.artifacts import load_json, load_text
from aecluster.jobs.checksums import verified
from aecluster.jobs.versions import versions
from aecluster.page import markdown
from aecluster.page.captions import embed_figure
from aecluster.page.notes import notes
from aecluster.page.tables import choices_row, every_seed
from aecluster.page.thumbnails import load_sheets
from aecluster.page.timings import timings
from aecluster.report.grid import grids
from aecluster.report.places import folded
from aecluster.report.section import load_sections
from aecluster.scoring.summary import read_scores

_HERE = Path(__file__).parent
_MOST_BYTES = 20_000_000  # of pictures in the page; those that are large are left out first


def build_page(
    experiment: dict,
    datasets: list[dict],
    across: dict,
    problems: list[dict],
    captions: dict[str, str],
    folder: str | Path | None = None,
) -> str:
    """Return the page as HTML that needs no other file, or none but those in `folder`.

    Parameters
    ----------
    experiment : dict
        The completed config.
    datasets : list of dict
        Of each data set its name, its files about, summary, sections, scores, choices,
        consensus, content, thumbnails and corrections (or None), its figures (a list of path,
        caption, names and of_models) and its benchmarks (a list of (stage, paths)); suggestion and
        curves where a number of groups is suggested.
    across : dict
        Of the comparison across data sets its files sections and figure. Without a table in its
        section there is no comparison, and no figure of it.
    problems : list of dict
        Of each math problem its name and its files: text (Markdown) and figure (PNG).
    captions : dict of str
        reStructuredText by its name.
    folder : path
        Where the pictures of the images are written to; None to have them in the page.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = markdown.inline
    script, style = ((_HERE / f"assets/page.{kind}").read_text("utf-8") for kind in ("js", "css"))
    pictures = _pictures(datasets, folder and Path(folder))
    shown = [
        {**_dataset(files, experiment, captions), "sheets": sheets}
        for files, sheets in zip(datasets, pictures, strict=True)
    ]
    return environment.get_template("template.html.jinja").render(
        experiment=experiment,
        datasets=shown,
        labelled=any(dataset["about"]["counts"] for dataset in shown),
        trained=any(d["model_figures"] or "reconstruction" in d["sections"] for d in shown),
        across=_across(across, captions),
        problems=[_problem(files, captions) for files in problems],
        settings=_as_yaml(experiment),
        versions=versions(),
        script=Markup(script),
        style=Markup(style),
        script_hash=_hash(script),
        style_hash=_hash(style),
    )


def _hash(text: str) -> str:
    """Return the hash by which a Content-Security-Policy allows an element of this text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _pictures(datasets: list[dict], folder: Path | None) -> list[dict]:
    """Return for each data set the layouts of its sheets as JSON, with `paths` where they lie
    beside the page, and the sheets that are in the page: (size, number, base64)."""
    found = [load_sheets(files["thumbnails"]) for files in datasets]
    left = _MOST_BYTES - sum(len(file) for sizes in found for file in sizes[0].files)
    described = []
    for files, sizes in zip(datasets, found, strict=True):
        layouts, inside = [], []
        for size, sheets in enumerate(sizes):
            n_bytes = sum(map(len, sheets.files))
            if folder is not None:
                place = folder / files["name"] / ("small" if size == 0 else "large")
                layouts.append({**sheets.layout, "paths": _written(place, sheets.files, folder)})
            elif size == 0 or n_bytes <= left:
                left -= n_bytes if size else 0
                layouts.append(sheets.layout)
                inside += [(size, n, _base64(file)) for n, file in enumerate(sheets.files)]
        described.append({"layouts": htmlsafe_json_dumps(layouts), "inside": inside})
    return described


def _written(place: Path, contents: list[bytes], folder: Path) -> list[str]:
    place.mkdir(parents=True)
    for number, content in enumerate(contents):
        (place / f"{number}.webp").write_bytes(content)
    return [
        (place / f"{number}.webp").relative_to(folder.parent).as_posix()
        for number in range(len(contents))
    ]


def _base64(content: bytes) -> Markup:
    return Markup(base64.b64encode(content).decode())


def _dataset(files: dict, experiment: dict, captions: dict[str, str]) -> dict:
    name = files["name"]
    about = load_json(files["about"])
    groups, _ = load_consensus(files["consensus"], about["n_images"])
    told = {} if about["counts"] else {"unlabelled": "yes"}
    figures = [
        embed_figure(figure["path"], captions.get(figure["caption"], ""), figure["names"] | told)
        for figure in files["figures"]
    ]
    of_models = [figure["of_models"] for figure in files["figures"]]
    sections = load_sections(files["sections"])
    return {
        "name": name,
        "about": about,
        "notes": notes(about),
        "trained_on": experiment["datasets"].get(name, {}).get("trained_on"),
        "tables": grids(read_scores(files["summary"])),
        "choices": choices_row(read_scores(files["choices"])),
        "sections": sections,
        "folded": folded(sections),
        "every_seed": every_seed(read_scores(files["scores"])),
        "content": _base64(verified(files["content"]).read_bytes()),
        "corrections": _corrections(files["corrections"], groups),
        "suggestion": _suggestion(files, captions),
        "figures": [f for f, of_model in zip(figures, of_models, strict=True) if not of_model],
        "model_figures": [f for f, of_model in zip(figures, of_models, strict=True) if of_model],
        "timings": timings(files["benchmarks"]),
    }


def _corrections(file: str | None, groups) -> Markup:
    """Return what a person corrected as JSON in which nothing can end its <script>."""
    found = load_corrections(file, groups)
    return htmlsafe_json_dumps(
        {
            "names": dict(found.names),
            "merged": dict(found.merged),
            "moved": dict(found.moved),
            "tags": dict(found.tags),
            "fitting": found.fitting,
        }
    )


def _across(files: dict, captions: dict[str, str]) -> dict:
    [section] = load_sections(files["sections"]).values()
    figure = embed_figure(files["figure"], captions.get("across", ""), {})
    shown = {**figure, "title": section.title} if section.table else None
    return {"section": section, "figure": shown}


def _suggestion(files: dict, captions: dict[str, str]) -> dict | None:
    """Return the suggested number of groups with its figure, None if none was made."""
    if "suggestion" not in files:
        return None
    figure = embed_figure(files["curves"], captions.get("n-clusters", ""), {})
    return {**load_json(files["suggestion"]), "figure": {**figure, "title": "Number of groups"}}


def _problem(files: dict, captions: dict[str, str]) -> dict:
    text = load_text(files["text"])
    title = markdown.title(text)
    figure = embed_figure(files["figure"], captions.get(files["name"], ""), {})
    return {
        "name": files["name"],
        "title": title,
        "html": markdown.to_html(text),
        "figure": {**figure, "title": title},
    }


def _as_yaml(experiment: dict) -> str:
    """Return the settings as YAML, one line for each data set, model, ... where it fits."""
    return yaml.safe_dump(
        experiment, default_flow_style=None, sort_keys=True, width=100, allow_unicode=True
    )
