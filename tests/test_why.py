"""`aecluster why`: each job that would run, and what has changed, by name."""

import os
import shutil

import numpy as np
import pytest

from aecluster.jobs.code_record import record_code, recorded_code
from aecluster.jobs.digest import code_digest
from aecluster.screen.reasons import changed_params, modules_in_words, settings_in_words

LIBRARY = "workflow/scripts/aecluster"
NOTHING = "Nothing would run: all results are there, and nothing they depend on has changed.\n"


def why(project, *arguments: str) -> dict[str, str]:
    """Return the reason of each job that would run, by its first file."""
    finished = project.aecluster("why", "--configfile", "experiment.yaml", *arguments)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    *lines, last = finished.stdout.splitlines()
    assert last.startswith(f"{len(lines)} job")
    return dict(line.split(": ", 1) for line in lines)


def test_nothing_changed_is_said(project):
    records = project.folder / ".snakemake/aecluster.code"
    scripts = (project.folder / "workflow/scripts").rglob("*.py")
    for path in [*project.folder.glob("data/*"), *scripts]:
        os.utime(path)
    before = sorted(records.iterdir())
    finished = project.aecluster("why", "--configfile", "experiment.yaml")
    assert (finished.stdout, finished.stderr) == (NOTHING, "")
    assert sorted(records.iterdir()) == before and len(before) > 25
    profile = "profiles/default/config.yaml"
    project.edit(profile, "checksum-file-size: 4294967296", "checksum-file-size: 1")
    assert why(project)["results/others/images.npy"] == "data/others.npy has changed"


def test_changed_modules_and_keys_are_named(project):
    project.edit(f"{LIBRARY}/reductions/kernel_pca.py", "copy_X=False", "copy_X=True")
    project.edit(f"{LIBRARY}/models/deeper.py", '"""', '"""Another docstring. ')
    experiment = project.experiment
    experiment["models"]["deeper"]["epochs"] = 3
    experiment["clusterings"]["mixture"]["params"] = {"n_init": 2}
    project.experiment = experiment
    found = why(project)
    run, module = "results/shapes/deeper/seed1", "changed code: aecluster/reductions/kernel_pca.py"
    assert found[f"{run}/model.pt"] == "models.deeper.epochs: 1 -> 3"
    assert found[f"{run}/latents.npy"] == f"{run}/model.pt is made anew"
    assert found[f"{run}/kpca6/embedding.npy"] == f"{module}; {run}/latents.npy is made anew"
    assert found["results/shapes/baseline/seed1/kpca6/embedding.npy"] == module
    assert found[f"{run}/kpca6-pca/mixture/clusters.csv"] == (
        f"clusterings.mixture.params.n_init: unset -> 2; {run}/kpca6-pca/embedding.npy is made anew"
    )

    assert "and 11 more are made anew" in found["results/shapes/consensus/clusters.csv"]
    assert "results/shapes/baseline/seed0/model.pt" not in found


def test_files_that_changed_are_gone_or_are_new_are_named(project):
    images = np.load(project.folder / "data/others.npy")
    np.save(project.folder / "data/others.npy", 255 - images)
    reduced = "results/shapes/baseline/seed0/kpca6/embedding.npy"
    (project.folder / reduced).unlink()
    project.experiment = {**project.experiment, "seeds": [0, 1, 7]}
    found = why(project)
    assert found["results/others/images.npy"] == "data/others.npy has changed"
    assert found[reduced] == f"there is no {reduced}"
    new = "results/shapes/baseline/seed7"
    assert found[f"{new}/model.pt"].startswith(f"there are no {new}/history.csv and ")
    consensus = found["results/shapes/consensus/clusters.csv"]
    assert "seeds: [0, 1] -> [0, 1, 7]" in consensus and "it now reads results/" in consensus


def test_a_target_is_asked_about_alone(project):
    project.edit(f"{LIBRARY}/clusterings/gmm.py", "n_init=n_init", "n_init=n_init + 1")
    shutil.rmtree(project.folder / ".snakemake/aecluster.code")
    target = "results/others/baseline/seed1/kpca6-pca/mixture/clusters.csv"
    assert why(project, target) == {
        target: "the code has changed (of the last run, it is not known which modules it had)"
    }
    assert (
        why(project, "reduce", "--", "--forcerun", "results/shapes/images.npy")[
            "results/shapes/images.npy"
        ]
        == "the command line says so"
    )
    wrong = project.aecluster("why", "results/shapes/image.npy", "--configfile", "experiment.yaml")
    assert wrong.returncode == 1 and wrong.stdout == ""
    assert wrong.stderr.startswith(
        "Error: no job of this experiment makes results/shapes/image.npy; the nearest are "
    )


def test_params_are_found_among_each_other():
    """Snakemake keeps their values, and no names."""
    code, other = "0" * 16, "1" * 16
    old = [
        "'[1, 2]'",
        """'{"dim": 2, "params": {"a": 1}}'""",
        "'a title'",
        f"'{code}'",
        f"'{other}'",
    ]
    new = {
        "title": "'another'",
        "settings": """'{"dim": 3, "params": {}}'""",
        "seeds": "'[1, 2]'",
        "template": f"'{'2' * 16}'",
        "code": f"'{'3' * 16}'",
    }
    pairs, digest = changed_params(old, new, {other: {}}.get)
    assert digest == other
    assert {name: before for name, before, _ in pairs} == {
        "title": "a title",
        "settings": '{"dim": 2, "params": {"a": 1}}',
        "template": code,
    }
    assert changed_params(new.values(), new, {}.get) == ([], None)


@pytest.mark.parametrize(
    ("before", "now", "wildcards", "words"),
    [
        ('{"dim": 2}', '{"dim": 3}', {"reduction": "pca"}, ["reductions.pca.dim: 2 -> 3"]),
        ('{"dim": 2}', '{"dim": 3}', {}, ["dim: 2 -> 3"]),
        (
            '{"dim": 2, "a": 1, "b": 1}',
            '{"dim": 3, "a": 1, "b": 1}',
            {"reduction": "pca"},
            ["dim: 2 -> 3"],
        ),
        ('[{"k": 2}]', '[{"k": 3}]', {}, ["k: 2 -> 3"]),
        ('[{"k": 2}, {"k": 3}]', '[{"k": 2}, {"k": 4}]', {}, ["2.k: 3 -> 4"]),
        ('{"a": {}}', '{"a": {"b": 1}}', {}, ["a.b: unset -> 1"]),
        ('{"a": {}}', "{}", {}, ["name has changed"]),
        ("a b", "a c", {}, ["name: a b -> a c"]),
        (f'{{"files": {{"x": "{"a" * 64}"}}}}', f'{{"files": {{"x": "{"b" * 64}"}}}}', {},
         ["the content of x has changed"]),
        ("{}", '{"a": null}', {}, ["a: unset -> null"]),
        ("x" * 99, "y", {}, [f"name: {'x' * 57}... -> y"]),
        ("x" * 99, "x" * 98 + "yz", {}, [f"name: ...{'x' * 21} -> ...{'x' * 20}yz"]),
        ("x" * 99, "x" * 100, {}, [f"name: ...{'x' * 20} -> ...{'x' * 21}"]),
        ("x" * 50 + "a" * 99, "x" * 50 + "b" * 99, {},
         [f"name: ...{'x' * 20}{'a' * 34}... -> ...{'x' * 20}{'b' * 34}..."]),
        ('{"a": "1"}', '{"a": 1}', {}, ['a: "1" -> 1']),
        ("{}", '{"a": "unset"}', {}, ['a: unset -> "unset"']),
        ('{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}',
         '{"a": 2, "b": 2, "c": 2, "d": 2, "e": 2, "f": 2}', {},
         ["a: 1 -> 2", "b: 1 -> 2", "c: 1 -> 2", "d: 1 -> 2", "2 more settings"]),
    ],
)  # fmt: skip
def test_settings_are_named_by_their_place(before, now, wildcards, words):
    experiment = {"reductions": {"pca": {"dim": 3, "after": None}}, "seeds": [0]}
    assert settings_in_words([("name", before, now)], experiment, wildcards) == words


def test_modules_that_come_and_go_are_named():
    before, now = {"a.py": "1", "b.py": "1", "c.py": "1"}, {"a.py": "1", "b.py": "2", "d.py": "1"}
    assert modules_in_words(before, now) == [
        "changed code: b.py", "code that is new to it: d.py", "code that it no longer uses: c.py",
    ]  # fmt: skip


def test_code_is_recorded_once_and_without_it_jobs_still_run(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import aecluster.errors\n")
    digest = code_digest(script)
    record_code(tmp_path / "code", digest)
    [file] = (tmp_path / "code").iterdir()
    assert recorded_code(tmp_path / "code", digest).keys() == {
        "script.py", "aecluster/__init__.py", "aecluster/errors.py",
    }  # fmt: skip
    file.write_text("{}")
    record_code(tmp_path / "code", digest)
    assert recorded_code(tmp_path / "code", digest) == {}
    record_code(tmp_path / "code", "unknown")
    assert list((tmp_path / "code").iterdir()) == [file]
    assert recorded_code(tmp_path / "code", "unknown") is None
    record_code(script / "no folder", digest)
