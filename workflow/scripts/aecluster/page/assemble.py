"""The report page: reads the artifacts and fills the template."""

from pathlib import Path

import jinja2
import yaml
from bokeh.resources import Resources
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from aecluster.artifacts import load_json, load_text
from aecluster.page import markdown
from aecluster.page.captions import embed_figure
from aecluster.page.tables import (
    all_scores,
    choices_row,
    every_seed,
    main_tables,
    reconstruction_table,
)
from aecluster.page.timings import timings
from aecluster.scoring.summary import read_scores
from aecluster.versions import versions

_HERE = Path(__file__).parent
# Sections of the summary that are shown when they are asked for.
_FOLDED = ("Criteria without labels", "Checkpoints without labels", "Comparisons", "Intervals")
_COMPONENTS = ["bokeh", "bokeh-gl", "bokeh-widgets"]


def build_page(
    experiment: dict,
    datasets: list[dict],
    across: dict,
    problems: list[dict],
    captions: dict[str, str],
) -> str:
    """Return the page as HTML that needs no other file.

    Parameters
    ----------
    experiment : dict
        The completed config.
    datasets : list of dict
        Of each data set its name, its files about, summary, text, scores, choices and map, its
        figures (a list of path, caption and names) and its benchmarks (a list of (stage, paths));
        suggestion and curves where a number of groups is suggested.
    across : dict
        Of the comparison across data sets, as of a problem. Without a table in its text there is
        no comparison, and no figure of it.
    problems : list of dict
        Of each math problem its name and its files: text (Markdown) and figure (PNG).
    captions : dict of str
        reStructuredText by its name.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("template.html.jinja").render(
        experiment=experiment,
        datasets=[_dataset(files, experiment, captions) for files in datasets],
        across=_across(across, captions),
        problems=[_problem(files, captions) for files in problems],
        settings=_as_yaml(experiment),
        versions=versions(),
        bokeh=Markup(Resources(mode="inline", components=_COMPONENTS).render_js()),
    )


def _dataset(files: dict, experiment: dict, captions: dict[str, str]) -> dict:
    name = files["name"]
    summary = read_scores(files["summary"])
    text = load_text(files["text"])
    return {
        "name": name,
        "about": load_json(files["about"]),
        "trained_on": experiment["datasets"].get(name, {}).get("trained_on"),
        "tables": main_tables(summary),
        "choices": choices_row(read_scores(files["choices"])),
        "chosen": markdown.section(text, "Chosen without labels"),
        "reconstruction": reconstruction_table(summary),
        "discussion": markdown.section(text, "Discussion"),
        "folded": {name: markdown.section(text, name) for name in _FOLDED if f"## {name}" in text},
        "all_scores": all_scores(summary),
        "every_seed": every_seed(read_scores(files["scores"])),
        "map": _map(load_json(files["map"])),
        "suggestion": _suggestion(files, captions),
        "figures": [
            embed_figure(figure["path"], captions.get(figure["caption"], ""), figure["names"])
            for figure in files["figures"]
        ],
        "timings": timings(files["benchmarks"]),
    }


def _map(content: dict) -> dict:
    """Add what page.js reads: JSON in which nothing can end its <script>."""
    needed = {key: content[key] for key in ("bokeh", "views", "classes", "shapes")}
    needed["sheet"] = {key: value for key, value in content["sheet"].items() if key != "uri"}
    return {**content, "script": htmlsafe_json_dumps(needed)}


def _across(files: dict, captions: dict[str, str]) -> dict:
    section = _problem(files, captions)
    return section if "<table" in section["html"] else {**section, "figure": None}


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
