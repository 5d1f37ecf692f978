"""Groups in own images, as somebody finds them who does not know Snakemake."""

import csv
import errno
import fcntl
import json
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml
from conftest import REPOSITORY, Project, new_project
from photographs import write_broken, write_images

from aecluster.commands import images, line
from aecluster.commands.line import parser
from aecluster.errors import InputError
from aecluster.jobs import folders
from aecluster.jobs.artifacts import save_json
from aecluster.jobs.lock import LOCK
from aecluster.own import tell
from aecluster.own.images import count, found_images, source_of, with_broken, with_labels
from aecluster.own.naming import one_experiment

TINY = {
    "seeds": [0, 1],
    "datasets": {"images": {"size": 16}},
    "models": {"baseline": {"architecture": "baseline", "latent_dim": 16, "epochs": 2}},
    "reductions": {
        "pca12": {"method": "pca", "dim": 12},
        "plane": {"method": "pca", "dim": 2, "after": "pca12"},
    },
    "clusterings": {"kmeans": {"method": "kmeans", "on": ["pca12"]}},
    "show": {"math": False},
}


def own(project: Project, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    cores = [] if "--" in arguments else ["--cores", "2"]
    return project.aecluster(*arguments, *cores, **environment)


def refused(project: Project, *arguments: str, **environment: str) -> str:
    """Expect exit code 1 and one sentence; return it."""
    finished = own(project, *arguments, **environment)
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stderr
    assert not (project.folder / "results").exists()
    return finished.stderr.splitlines()[-1]


def rows(file: Path) -> list[dict]:
    with file.open(encoding="utf-8-sig") as text:
        return list(csv.DictReader(text))


def listed(folder: Path) -> set[Path]:
    """Return every path below a folder that is not below its results."""
    return {
        path
        for path in folder.rglob("*")
        if not {"results", ".snakemake", "__pycache__"} & set(path.relative_to(folder).parts)
    }


def planned(project: Project, config: str) -> set[str]:
    """Return the outputs that a run of everything would make."""
    finished = project.run("--dry-run", config=config)
    text = finished.stdout + finished.stderr
    assert finished.returncode == 0, text
    lines = [line for line in text.splitlines() if line.startswith("    output: ")]
    return {name for line in lines for name in line.removeprefix("    output: ").split(", ")}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """500 mixed images, 20 of them broken, run to the page, and 50 new ones assigned."""
    home = tmp_path_factory.mktemp("own")
    project = new_project(home / "project")
    (project.folder / "tiny.yaml").write_text(yaml.safe_dump(TINY))
    photos = home / "My $(touch pwned) Photos"
    write_images(photos, 480)
    broken = write_broken(photos, 20)
    write_images(home / "later", 50, seed=1)
    write_broken(home / "later", 10)
    before = listed(home)
    ran = own(project, "run", str(photos), "--template", "tiny.yaml", "--groups", "links")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    logs = [file.read_text() for file in (project.folder / ".snakemake/log").iterdir()]
    assert "".join(logs).count("(Rule: train_model)") == 2
    assert "steps to the number of groups done in" in ran.stderr
    assert "Look at:" not in ran.stdout  # for those who know Snakemake
    models = sorted(project.folder.glob("results/*/baseline/seed*/model.pt"))
    times = [model.stat().st_mtime_ns for model in models]
    refused = own(project, "assign", "../later")
    assert refused.returncode and "or allow more with --broken 0.2" in refused.stderr
    placed = own(project, "assign", "../later", "--broken", "0.2")
    assert placed.returncode == 0, placed.stdout + placed.stderr
    assert times == [model.stat().st_mtime_ns for model in models]
    assert listed(home) == before
    return project, photos, broken, ran.stdout, placed.stdout


def test_it_ends_with_the_page_and_names_what_was_skipped(made):
    project, photos, broken, said, _ = made
    assert f"500 images in {photos}." in said
    assert "20 broken files left out" in said
    for name in broken:
        assert f"  {name}: " in said
    page = project.folder / "results/report.html"
    assert said.splitlines()[-1] == f"The page: {page.as_uri()}"
    text = page.read_text()
    assert "Number of groups" in text and "Suggested: " in text
    assert 'id="math-' not in text
    assert "none: these images have no labels" in text


def test_the_suggested_number_is_the_one_that_is_used(made):
    project, *_ = made
    folder = project.folder / "results/my-touch-pwned-photos"
    suggested = json.loads((folder / "n_clusters.json").read_text())["suggested"]
    labels = {row["label"] for row in rows(folder / "clusters.csv")}
    assert labels == {str(label) for label in range(suggested)}
    table = rows(folder / "n_clusters.csv")
    assert list(table[0]) == ["k", "silhouette", "stability", "score"]
    assert [row["k"] for row in table] == [str(k) for k in range(2, 16)]
    assert f"Suggested: {suggested} groups" in made[3]


def test_models_are_trained_once(made):
    """The number of groups changes between the two phases, and the models do not see it."""
    project, *_ = made
    file = "results/my-touch-pwned-photos/experiment.yaml"
    assert planned(project, file) == set()
    experiment = yaml.safe_load((project.folder / file).read_text())
    experiment["clusterings"]["kmeans"]["n_clusters"] += 1
    (project.folder / "more.yaml").write_text(yaml.safe_dump(experiment))
    outputs = planned(project, "more.yaml")
    assert not [output for output in outputs if output.endswith(("model.pt", "embedding.npy"))]
    assert [output for output in outputs if output.endswith("kmeans/clusters.csv")]


def test_groups_are_folders_of_links_to_the_files(made):
    project, photos, broken, *_ = made
    folder = project.folder / "results/my-touch-pwned-photos"
    table = rows(folder / "clusters.csv")
    assert len(table) == 480 and not {row["file"] for row in table} & set(broken)
    assert {row["file"] for row in table} | set(broken) == {p.name for p in photos.iterdir()}
    for label in {row["label"] for row in table}:
        links = sorted((folder / "groups" / label).iterdir())
        members = [row for row in table if row["label"] == label]
        assert {link.readlink().name for link in links} == {row["file"] for row in members}
        assert all(link.is_symlink() and link.resolve().is_file() for link in links)
        surest = max(float(row["confidence"]) for row in members)
        first = next(row for row in members if row["file"] == links[0].readlink().name)
        assert float(first["confidence"]) == surest


def test_new_images_are_placed_without_training(made):
    project, *_, said = made
    folder = project.folder / "results/my-touch-pwned-photos"
    placed = rows(folder / "assigned/later/clusters.csv")
    assert len(placed) == 50 and placed[0]["file"] == "china 000 {é} 'x'.png"
    assert all(0 < float(row["confidence"]) <= 1 for row in placed)
    assert {row["label"] for row in placed} <= {
        row["label"] for row in rows(folder / "clusters.csv")
    }
    assert (folder / "assigned/later/groups.png").stat().st_size > 5000
    assert "results/my-touch-pwned-photos/assigned/later/clusters.csv" in said


def test_known_images_get_the_group_they_are_in(made, tmp_path):
    """A copy of what is there is placed where its original is, nearly always."""
    project, photos, *_ = made
    folder = project.folder / "results/my-touch-pwned-photos"
    known = {row["file"]: row["label"] for row in rows(folder / "clusters.csv")}
    again = tmp_path / "again"
    again.mkdir()
    for name in sorted(known)[::6]:
        (again / name).write_bytes((photos / name).read_bytes())
    finished = own(project, "assign", str(again))
    assert finished.returncode == 0, finished.stderr
    placed = rows(folder / "assigned/again/clusters.csv")
    same = np.mean([known[row["file"]] == row["label"] for row in placed])
    assert len(placed) == 80 and same > 0.85


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", ""], "the path is empty; give a folder"),
        (["run", "nowhere"], "the path is nowhere, but nothing is there ("),
        (["run", "README.md"], "the path is README.md; give the folder"),
        (["run", "few"], "holds 3 images; groups need at least 10"),
        (["run", "enough", "--clusters=many"], "--clusters is many, but must be a whole"),
        (["run", "enough", "--clusters=1"], "--clusters is 1, but must be a whole"),
        (["run", "enough", "--clusters=99"], "number from 2 to 12"),
        (["run", "enough", "--groups=move"], "--groups is move, but must be links or"),
        (["run", "enough", "--template=nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["run", "enough", "--template=envs/environment.yaml"], "environment.yaml must name data"),
        (
            ["run", "enough", "--template=wrong.yaml"],
            "wrong.yaml: reductions.p.dim must be a whole",
        ),
        (["run", "objects.npy"], "objects.npy"),
        (["assign", "enough"], "no groups yet to place images into; begin with `aecluster run"),
        (["assign", "nowhere"], "the path is nowhere, but nothing is there"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(tmp_path, arguments, sentence):
    project = new_project(tmp_path / "project")
    write_images(project.folder / "few", 3)
    write_images(project.folder / "enough", 12)
    wrong = TINY | {"reductions": {"p": {"dim": "many"}}}
    (project.folder / "wrong.yaml").write_text(yaml.safe_dump(wrong))
    np.save(project.folder / "objects.npy", np.array([{}] * 20), allow_pickle=True)
    assert sentence in refused(project, *arguments)


def test_what_comes_is_told_of_a_template_that_leaves_all_to_the_defaults(tmp_path):
    project = new_project(tmp_path / "project")
    write_images(project.folder / "enough", 12)
    parts = ("datasets", "models", "reductions", "clusterings")
    (project.folder / "least.yaml").write_text(yaml.safe_dump({part: {"a": {}} for part in parts}))
    planned = own(project, "run", "enough", "--template=least.yaml", "--clusters=2", "--", "-n")
    assert "3 autoencoders learn to describe" in planned.stdout, planned.stderr
    assert "Traceback" not in planned.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "nowhere"], "IMAGES is nowhere, but nothing is there"),
        (["run", "enough", "--clusters=1"], "CLUSTERS is 1, but must be a whole"),
        (["run", "--clusters=2"], "CLUSTERS is about images; give IMAGES=PATH as well"),
        (["run", "enough", "--labels=folders"], "LABELS=folders needs images in at least two"),
        (["assign", "nowhere"], "NEW is nowhere, but nothing is there"),
        (["assign", "enough"], "begin with `make run IMAGES=PATH`"),
    ],
)
def test_after_make_a_sentence_names_the_variables_of_make(tmp_path, arguments, sentence):
    project = new_project(tmp_path / "project")
    write_images(project.folder / "enough", 12)
    assert sentence in refused(project, *arguments, AECLUSTER_FROM_MAKE="yes")


def test_whose_groups_new_images_join(tmp_path):
    with pytest.raises(InputError, match="there are no groups yet"):
        one_experiment(tmp_path, None)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "experiment.yaml").touch()
        with pytest.raises(InputError, match="no groups" if name == "a" else "must be one of a\\."):
            one_experiment(tmp_path, name)  # its run has failed
        (tmp_path / name / "clusters.csv").touch()
        if name == "a":
            assert one_experiment(tmp_path, None).parent.name == "a"
    assert one_experiment(tmp_path, "b").parent.name == "b"
    with pytest.raises(
        InputError, match=r"several data sets \(a, b\); say which with --dataset NAME"
    ):
        one_experiment(tmp_path, None)
    with pytest.raises(InputError, match="--dataset is c, but must be one of a, b"):
        one_experiment(tmp_path, "c")


def chosen(source, labels=None, broken=None):
    return with_broken(with_labels(source, labels), broken, "IMAGES")


def test_sub_folders_score_only_where_that_is_asked_for(tmp_path):
    write_images(tmp_path / "photos/a", 2)
    write_images(tmp_path / "photos/b", 2, seed=1)
    source = source_of(tmp_path / "photos")
    assert chosen(source) == {**source, "labels": "none"}
    asked = chosen(source, "folders", "0.3")
    assert asked == {**source, "labels": "folders", "params": {"max_broken": 0.3}}
    array = {"source": "npy", "images": "a.npy"}
    assert chosen(array) == array


@pytest.mark.parametrize(
    ("source", "labels", "broken", "sentence"),
    [
        ("folder", "years", None, "--labels is years, but must be folders"),
        ("folder", "folders", None, "at least two sub-folders of .*, but only DCIM has any; leave"),
        ("folder", None, "2", "--broken is 2, but must be the share of images"),
        ("folder", None, "many", "--broken is many, but must be the share of images"),
        ("npy", "folders", None, "--labels applies only to a folder, but the path is an array"),
        ("npz", None, "0.3", "--broken applies only to a folder"),
    ],
)
def test_words_that_do_not_fit_are_refused(tmp_path, source, labels, broken, sentence):
    write_images(tmp_path / "DCIM", 2)
    with pytest.raises(InputError, match=sentence):
        chosen({"source": source, "path": str(tmp_path)}, labels, broken)


def test_images_beside_classes_are_told_of_in_the_words_that_were_typed(tmp_path):
    for place in ("a", "b", ""):
        write_images(tmp_path / place, 2)
    with pytest.raises(
        InputError, match=r"but 2 lie beside the .*; move .* or leave it out"
    ) as told:
        with_labels({"source": "folder", "path": str(tmp_path)}, "folders")
    assert "`labels" not in str(told.value)


def test_everything_below_the_folder_is_counted(tmp_path, monkeypatch):
    write_images(tmp_path, 6)
    write_images(tmp_path / "DCIM/100", 6, seed=1)
    source = with_labels(source_of(tmp_path), None)
    assert count(source, tmp_path) == 12
    with pytest.raises(InputError, match="has images at its top level"):
        count({**source, "labels": "folders"}, tmp_path)


def test_what_was_not_read_is_said_in_the_last_lines(tmp_path):
    files = {"damaged": {"b.jpg": "is cut off"}, "first_of": {"c.tif": 3}, "white": {}}
    skipped = {"broken": {"a.jpg": "is empty"}, "other": {"d.mov": "a video", "e.txt": "x"}}
    save_json(tmp_path / "read.json", {"skipped": skipped, "files": files})
    assert tell._skipped(tmp_path / "read.json") == [
        "1 broken file left out:",
        "  a.jpg: is empty",
        "1 damaged file used in part:",
        "  b.jpg: is cut off",
        "1 video was not read; extract frames: ffmpeg -i VIDEO -vf fps=1 frame-%05d.jpg.",
        "1 file with several pages, of which only the first was read: c.tif (3 pages).",
    ]


HOSTILE = "a b$(shell touch pwned1)`touch pwned2`$(touch pwned3)\"; touch pwned4 #'{x}"


@pytest.fixture
def few(tmp_path):
    """A project that has not run, and 12 images."""
    project = new_project(tmp_path / "project")
    (project.folder / "tiny.yaml").write_text(yaml.safe_dump(TINY))
    write_images(tmp_path / "photos", 12)
    return project, ("run", "../photos", "--template", "tiny.yaml")


@pytest.mark.parametrize(
    ("given", "last"),
    [
        (
            ["--clusters", "2", "--", "--dry-run"],
            r"The experiment is sound; it has \d+ steps to run\.",
        ),
        (["--", "-n"], r"The other steps .*; to see them planned, add --clusters K\."),
        (["--clusters", "2", "--", "--until", "read_images"], "You can stop at any time .*"),
    ],
)
def test_a_run_that_is_planned_or_ends_early_tells_of_no_groups(few, given, last):
    project, arguments = few
    finished = own(project, *arguments, "--cores", "1", *given)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert re.fullmatch(last, finished.stdout.splitlines()[-1])


def recorded_python(folder: Path) -> None:
    """Write the Makefile, and a Python that only says its arguments, one a line."""
    (folder / "Makefile").write_text((REPOSITORY / "Makefile").read_text())
    (folder / "envs").mkdir()
    (folder / "envs/requirements.txt").touch()
    python = folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nfor each in "$@"; do printf "%s\\n" "$each"; done\n')
    python.chmod(0o755)
    (folder / ".venv/run-ready").touch()


@pytest.mark.parametrize("through", ["argument", "environment"])
def test_make_hands_paths_over_as_they_are(tmp_path, through):
    """Neither make nor the shell reads what stands in a path."""
    recorded_python(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    for target, variable, option in [
        ("run", "IMAGES", ""),
        ("run", "CLUSTERS", "--clusters="),
        ("run IMAGES=x", "GROUPS", "--groups="),
        ("run IMAGES=x", "LABELS", "--labels="),
        ("run IMAGES=x", "BROKEN", "--broken="),
        ("assign", "NEW", ""),
        ("assign NEW=x", "DATASET", "--dataset="),
        ("assign NEW=x", "BROKEN", "--broken="),
    ]:
        given = [f"{variable}={HOSTILE}"] if through == "argument" else []
        environment = {} if through == "argument" else {variable: HOSTILE}
        finished = subprocess.run(
            ["make", "--old-file=.venv/run-ready", *target.split(), *given],
            cwd=tmp_path, capture_output=True, text=True, env={**os.environ, **environment},
        )  # fmt: skip
        assert finished.returncode == 0, finished.stderr
        assert f"{option}{HOSTILE}" in finished.stdout.splitlines()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("target", "arguments"),
    [
        (["run"], ["run", "--cores", "all"]),
        (["run", "CLUSTERS=", "CORES=2"], ["run", "--cores", "2"]),
        (["run", "IMAGES="], ["run", "", "--cores", "all"]),
        (["run", "IMAGES=a b", "CLUSTERS=6", "GROUPS=links", "LABELS=folders", "BROKEN=0.3"],
         ["run", "a b", "--clusters=6", "--groups=links", "--labels=folders", "--broken=0.3",
          "--cores", "all"]),
        (["run", "ARGS=--configfile e.yaml -- -n"],
         ["run", "--cores", "all", "--configfile", "e.yaml", "--", "-n"]),
        (["assign"], ["assign", "", "--cores", "all"]),
        (["assign", "NEW=a", "DATASET=d"], ["assign", "a", "--dataset=d", "--cores", "all"]),
        (["check", "ARGS=--configfile e.yaml"], ["check", "--configfile", "e.yaml"]),
        (["show"], ["show"]),
    ],
)  # fmt: skip
def test_make_calls_the_command(tmp_path, target, arguments):
    recorded_python(tmp_path)
    finished = subprocess.run(
        ["make", "--no-print-directory", "--old-file=.venv/run-ready", *target],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines() == ["-m", "aecluster", *arguments]
    parser().parse_args(arguments[: arguments.index("--") if "--" in arguments else None])


def test_the_screen_ends_with_groups_as_corrected_and_what_looks_odd():
    columns = ("label", "confidence", "corrected", "name", "duplicates", "quality")
    table = [
        dict(zip(columns, row, strict=True))
        for row in (
            ("0", "1.0", "0", "roses", "-1", ""),
            ("0", "0.5", "0", "roses", "3", "blurry"),
            ("1", "0.7", "0", "roses", "3", "blurry low_information"),
            ("1", "0.9", "2", "", "-1", ""),
            ("-1", "0.0", "-1", "", "-1", ""),
        )
    ]
    heading, *lines = tell._groups(table)
    assert heading.startswith("Groups, with your corrections (confidence:")
    assert lines == [
        "  no group: 1 image, confidence 0%",
        "  roses: 3 images, confidence 75%",
        "  group 2: 1 image, put there by hand",
    ]
    assert tell._odd(table) == [
        "Worth a look on the page: 1 set of near duplicates, 2 blurry, 1 low information."
    ]
    assert tell._groups(table[4:])[0].startswith("Groups (confidence:")
    assert tell._odd(table[:1]) == []
    new = [{"label": "1", "confidence": "0.25"}]  # of `assign`, which nobody has corrected
    assert tell._groups(new)[1:] == ["  group 1: 1 image, confidence 25%"]


def test_fewer_groups_than_asked_for_are_told():
    table = [{"label": label} for label in ("0", "1", "-1", "0")]
    assert tell._fewer(table, 2) == []
    assert tell._fewer(table, 4) == ["The vote left 2 of 4 groups; no image went to the others."]


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """A clone in which nothing runs, 12 images, and what would have been started: targets, file."""
    (tmp_path / "workflow").symlink_to(REPOSITORY / "workflow")
    write_images(tmp_path / "photos", 12)
    monkeypatch.setattr(images, "ROOT", tmp_path)
    started = []
    monkeypatch.setattr(
        images, "run_workflow", lambda targets, files, *_, **__: started.append((targets, files))
    )

    def command(*arguments):
        given, more = line.parsed(["run", str(tmp_path / "photos"), *arguments])
        given.command(given, more)
        return started[-1]

    return command


def test_folders_of_groups_are_made_again_where_there_are_some(commands, tmp_path):
    targets, [file] = commands("--clusters", "3", "--groups", "copies")
    assert "groups" in targets and yaml.safe_load(file.read_text())["show"]["groups"] == "copies"
    targets, _ = commands("--clusters", "3")
    assert "groups" not in targets  # the run has not made any
    commands("--clusters", "3", "--groups", "copies")
    (tmp_path / "results/photos/groups").mkdir()
    targets, [file] = commands("--clusters", "4")
    assert "groups" in targets and yaml.safe_load(file.read_text())["show"]["groups"] == "copies"
    commands("--clusters", "4", "--groups", "links")
    assert yaml.safe_load(file.read_text())["show"]["groups"] == "links"


def test_a_plan_leaves_the_settings_of_the_run(commands, tmp_path):
    _, [file] = commands("--clusters", "3", "--", "-n")
    assert not (tmp_path / "results").exists() and not file.exists()
    _, [file] = commands("--clusters", "3")
    before = file.read_text()
    for plan in ("--dry-run", "--dryrun", "-np", "-qn"):
        _, [other] = commands("--clusters", "4", "--", plan)
        assert other != file and file.read_text() == before


def test_until_a_number_is_suggested_the_settings_are_those_of_the_groups(commands, tmp_path):
    _, [file] = commands()
    assert yaml.safe_load(file.read_text())["show"]["n_clusters"]  # whose folder this is
    commands("--clusters", "3")
    before = file.read_text()
    targets, [other] = commands()
    assert targets == ["n_clusters"] and other != file and file.read_text() == before


def test_a_run_that_is_refused_leaves_the_settings_of_the_other(commands, tmp_path):
    _, [file] = commands("--clusters", "3")
    before = file.read_text()
    (tmp_path / LOCK).parent.mkdir()
    with (tmp_path / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InputError, match=r"another run .* is at work in this folder"):
            commands("--clusters", "4")
    assert file.read_text() == before
    commands("--clusters", "4")
    assert file.read_text() != before


def test_a_folder_that_cannot_be_written_to_is_told(commands, tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(folders, "_write", refuse)
    with pytest.raises(InputError, match=r"results/ cannot be written to \(Permission denied\)"):
        commands("--clusters", "3")
    assert not list((tmp_path / "results").iterdir())  # whose name another try would not take


def test_a_path_that_may_not_be_looked_at_is_told(monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    with pytest.raises(InputError, match=r"cannot be read \(Permission denied\); allow yourself"):
        found_images("/locked/photos", "IMAGES")
