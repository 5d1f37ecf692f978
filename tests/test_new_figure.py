"""A figure of one's own: one file, which says from what it is drawn and what it shows."""

import importlib

import pytest

from aecluster.figures.from_files import figures_from_files
from aecluster.signatures import signature

FOLDER = "workflow/scripts/aecluster/figures"
DATASETS = ("shapes", "others")
GROUP_SIZES = '''"""How many images each group has."""

from aecluster.figures.style import new_figure
from aecluster.jobs.artifacts import load_table

INPUTS = {"clusters": "consensus/clusters.csv", "scores": "scores.csv"}
CAPTION = """
How many images are in *each* group. They sum to all.
"""


def draw(dataset, clusters, scores):
    assert len(load_table(scores))
    counts = load_table(clusters)["label"].value_counts(sort=False)
    fig, ax = new_figure(5, 3)
    ax.bar(range(len(counts)), counts)
    ax.set_title(f"{dataset}: group sizes")
    return fig
'''


def test_it_takes_one_file_and_draws_itself_and_the_page_alone(project):
    (project.folder / FOLDER / "group_sizes.py").write_text(GROUP_SIZES)
    drawn = {f"results/{d}/plots/group-sizes.{kind}" for d in DATASETS for kind in ("png", "svg")}
    assert project.planned() == {"results/report.html", *drawn}
    finished = project.run("--cores", "2")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    page = (project.folder / "results/report.html").read_text()
    assert page.count("How many images are in <em>each</em> group.") == len(DATASETS)
    svg = (project.folder / "results/shapes/plots/group-sizes.svg").read_text()
    assert "shapes: group sizes" in svg
    reported = project.run("--report", "report.html")
    assert reported.returncode == 0, reported.stderr
    assert "They sum to all." in (project.folder / "report.html").read_text()
    project.edit(f"{FOLDER}/group_sizes.py", "group sizes", "sizes of groups")
    assert project.planned() == {"results/report.html", *drawn}


def test_of_the_training_it_is_drawn_where_models_are_trained(project):
    text = GROUP_SIZES.replace("CAPTION", "OF_MODELS = True\nCAPTION", 1)
    (project.folder / FOLDER / "group_sizes.py").write_text(text)
    assert "results/shapes/plots/group-sizes.png" in project.planned()
    project.experiment = {
        **project.experiment,
        "models": {"lite": {"architecture": "pretrained"}},
        "reductions": {"pca5": {"method": "pca", "dim": 5}},
        "clusterings": {"kmeans": {"method": "kmeans", "n_clusters": 2}},
    }
    planned = project.planned()
    assert "results/shapes/plots/scores.png" in planned
    assert "results/shapes/plots/group-sizes.png" not in planned


@pytest.mark.parametrize(
    ("name", "value"), [("INPUTS", "None"), ("INPUTS", "{}"), ("CAPTION", "3")]
)
def test_what_it_does_not_say_ends_in_a_sentence(project, name, value):
    text = f"{GROUP_SIZES}\n\n{name} = {value}\n".replace(f"{name} = ", f"_{name} = ", 1)
    (project.folder / FOLDER / "group_sizes.py").write_text(text)
    finished = project.run("--dry-run")
    last = (finished.stdout + finished.stderr).strip().splitlines()[-1]
    assert finished.returncode and "aecluster.figures.group_sizes has a function `draw`" in last


def test_each_takes_the_files_that_it_names():
    for figure in figures_from_files().values():
        draw = signature(figure.module, "draw")
        assert list(draw.arguments) == ["dataset", *figure.inputs]
        assert callable(importlib.import_module(figure.module).draw)
