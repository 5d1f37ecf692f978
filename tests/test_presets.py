"""The experiments in config/: each is sound, and leads to a plan."""

from pathlib import Path

import pytest
import yaml
from conftest import REPOSITORY as ROOT
from conftest import new_project
from snakemake.settings.types import ConfigSettings

import run_job

CONFIG = ROOT / "config"
PRESETS = sorted(file.name for file in CONFIG.glob("*.yaml"))
OF_FILES = {"source", "images", "labels", "path", "params"}


def preset(name: str) -> dict:
    experiment = yaml.safe_load((CONFIG / name).read_text(encoding="utf-8"))
    experiment["clusterings"] = {
        # To YAML 1.1, the key `on` is True; Snakemake reads it as text.
        clustering: {"on" if key is True else key: value for key, value in settings.items()}
        for clustering, settings in experiment["clusterings"].items()
    }
    return experiment


def test_each_is_named_for_readers():
    text = (CONFIG / "README.md").read_text(encoding="utf-8")
    assert [name for name in PRESETS if f"]({name})" not in text] == []


@pytest.mark.parametrize("name", PRESETS)
def test_each_leads_to_a_plan(name, tmp_path, monkeypatch):
    """Of images that come with a package, where the preset is for somebody's own."""
    monkeypatch.chdir(tmp_path)
    experiment = preset(name)
    if name != "try.yaml":
        datasets = experiment.get("datasets") or {"images": {}}
        experiment["datasets"] = {
            data: {key: value for key, value in settings.items() if key not in OF_FILES}
            for data, settings in datasets.items()
        }
    file = tmp_path / name
    file.write_text(yaml.safe_dump(experiment))
    jobs = run_job.planned_jobs([], ConfigSettings(configfiles=[file]), ROOT / "Snakefile")
    scripts = {Path(job.rule.script).name for job in jobs if job.rule.script}
    assert {"reduce.py", "cluster.py", "consensus.py", "score.py", "report.py"} <= scripts


def test_the_small_one_has_every_stage_and_runs(tmp_path):
    experiment = preset("try.yaml")
    assert len(experiment["seeds"]) == len(experiment["reductions"]) == 2
    project = new_project(tmp_path / "project")
    finished = project.run("--cores", "2", config="config/try.yaml")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    results = project.folder / "results"
    assert (results / "report.html").stat().st_size > 100_000
    assert len(list(results.rglob("clusters.csv"))) > 6
    assert "Accuracy of mixture" in (results / "digits/summary.md").read_text()
