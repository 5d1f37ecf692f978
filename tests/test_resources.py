"""What jobs ask of a cluster."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from conftest import new_project, write_shapes
from in_process import jobs_of_snakemake
from snakemake.utils import available_cpu_count

ROOT = Path(__file__).parent.parent
TARGETS = {"all", "train", "latents", "reduce", "cluster", "score", "plots"}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """The small experiment, not run."""
    return new_project(tmp_path_factory.mktemp("resources") / "project")


def asked(project, *arguments):
    """Resources of the jobs of a dry run, by rule; the most of its jobs."""
    finished = project.run("--dry-run", "--forceall", *arguments)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    found = {}
    for block in re.split(r"\n(?=rule |localrule )", finished.stdout + finished.stderr):
        rule, line = re.match(r"(?:local)?rule (\w+):", block), re.search(r"resources: (.+)", block)
        if rule and line:
            amounts = found.setdefault(rule[1], {})
            for key, value in re.findall(r"(\w+)=(\d+)(?=,|$)", line[1]):
                amounts[key] = max(int(value), amounts.get(key, 0))
    return {rule: amounts for rule, amounts in found.items() if rule not in TARGETS}


def test_every_rule_asks_for_memory_and_time_and_twice_as_much_the_second_time(fresh):
    first, second = asked(fresh), asked(fresh, "--attempt", "2")
    assert "train_model" in first and "report_page" in first and len(first) > 18
    for rule, amounts in first.items():
        for resource, least in (("mem_mb", 600), ("runtime", 2)):
            assert amounts[resource] >= least, rule
            doubled = second[rule][resource]
            assert 2 * amounts[resource] - 2 < doubled <= 2 * amounts[resource], rule


def test_memory_and_time_grow_with_the_data(fresh, tmp_path):
    project = fresh.copy(tmp_path / "project")
    few = asked(project)
    write_shapes(project.folder / "data/images.npy", project.folder / "data/labels.npy", 6000, 0)
    many = asked(project, "results/shapes/scores.csv")
    grow = ("read_images", "train_model", "encode_images", "reconstruction_errors")
    for rule in (*grow, "reduce_features", "score_dataset"):
        assert many[rule]["mem_mb"] > few[rule]["mem_mb"], rule
    assert many["reduce_features"]["mem_mb"] > 3 * 8 * 6000**2 / 1e6, "kernel PCA"
    assert many["reduce_features"]["runtime"] > few["reduce_features"]["runtime"]
    longer = asked(project, "--config", 'models={"baseline": {"epochs": 1000}}')
    assert longer["train_model"]["runtime"] > 10 * many["train_model"]["runtime"]


def test_memory_and_time_of_an_assignment_grow_with_the_new_images(fresh, tmp_path):
    project = fresh.copy(tmp_path / "project")
    jobs = {}
    for n_images in (60, 30_000):
        np.save(project.folder / "data/new.npy", np.zeros((n_images, 16, 16, 3), np.uint8))
        new = {"source": "npy", "images": "data/new.npy", "into": "shapes"}
        project.experiment = project.experiment | {"assign": {"new": new}}
        jobs[n_images] = asked(project, "assign")
    for rule in ("read_new_images", "encode_new_images", "assign_images", "plot_assigned"):
        few, many = jobs[60][rule], jobs[30_000][rule]
        assert many["mem_mb"] > few["mem_mb"] and many["runtime"] >= few["runtime"], rule
    assert jobs[30_000]["train_model"] == jobs[60]["train_model"]


def test_memory_is_for_as_many_threads_as_a_container_has_cores(fresh, tmp_path):
    project = fresh.copy(tmp_path / "project")
    machine = "workflow/scripts/aecluster/jobs/machine.py"
    project.edit(machine, "return max(1, int(min([seen,", "return max(1, int(min([1, seen,")
    more = available_cpu_count() + 1  # a number that is asked for stands
    jobs = {cores: asked(project, "--cores", str(cores)) for cores in ("all", 1, more)}
    for rule in ("thumbnails", "image_properties"):
        assert jobs["all"][rule]["mem_mb"] == jobs[1][rule]["mem_mb"] < jobs[more][rule]["mem_mb"]


def test_jobs_travel_in_groups_of_the_slurm_profile(fresh):
    """No group waits for itself by way of another."""
    finished = fresh.run("--dry-run", "--profile", "profiles/slurm")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "reconstruction_errors" in finished.stdout + finished.stderr


def test_no_group_of_all_stages_waits_for_itself(fresh, tmp_path):
    project = fresh.copy(tmp_path / "project")
    np.save(project.folder / "data/new.npy", np.zeros((20, 16, 16, 3), np.uint8))
    new = {"source": "npy", "images": "data/new.npy", "into": "shapes"}
    project.experiment = project.experiment | {
        "models": {
            "small": {"architecture": "baseline", "size": 8, "epochs": 1},
            "deep": {"architecture": "dec", "after": "small", "size": 8},
            "encoder": {"architecture": "pretrained"},
        },
        "reductions": {"pca2": {"method": "pca", "dim": 2}},
        "clusterings": {"kmeans": {"method": "kmeans", "n_clusters": 2}},
        "selection": {"encoder": "efficientnet-lite0"},
        "assign": {"new": new},
        "show": {"n_clusters": True, "levels": True},
    }
    finished = project.run("--dry-run", "--profile", "profiles/slurm", "all", "groups")
    text = finished.stdout + finished.stderr
    assert finished.returncode == 0, text
    grouped = yaml.safe_load((project.folder / "profiles/slurm/config.yaml").read_text())["groups"]
    elsewhere = {"join_latents", "join_features", "take_vectors", "take_new_vectors"}
    elsewhere |= {"cluster_together", "math_lstm", "math_skipgram"}
    assert grouped.keys() - set(re.findall(r"rule (\w+):", text)) <= elsewhere


# What takes long, or is there to be worked on by many nodes, and the page, which is one job.
ALONE = {
    "read_images", "read_new_images", "train_model", "encode_shard", "extract_features",
    "extract_shard", "extract_new_features", "score_run", "image_properties", "assign_images",
    "group_folders", "report_page",
}  # fmt: skip


def test_every_rule_travels_in_a_group_of_the_slurm_profile_or_alone():
    files = [file.read_text() for file in (ROOT / "workflow/rules").glob("*.smk")]
    blocks = [block for text in files for block in re.split(r"\n(?= *(?:use )?rule )", text)]
    rules = {
        re.search(r"(\w+)(?: with)?:", block)[1]
        for block in blocks
        if "use rule " in block or " script:" in block
    }
    groups = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())["groups"].keys()
    assert rules == groups | ALONE and not groups & ALONE


def test_what_leads_to_latents_has_priority_and_of_reductions_that_with_more_dimensions(
    tmp_path, fresh, monkeypatch
):
    """What is left for the end, when a core may have nothing to do, is then short."""
    project = fresh.copy(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    experiment = project.experiment | {
        "models": {
            "trained": {"architecture": "baseline", "size": 16, "epochs": 1},
            "encoder": {"architecture": "pretrained"},
        },
        "reductions": {
            "few": {"method": "pca", "dim": 3},
            "scaled": {"method": "normalize"},
            "many": {"method": "pca", "dim": 7, "after": "scaled"},
            "plane": {"method": "tsne", "dim": 2, "after": "many", "params": {"perplexity": 5}},
            "same": {"method": "identity"},
        },
        "clusterings": {"kmeans": {"method": "minibatch_kmeans", "n_clusters": 2}},
        "selection": {"criterion": "modularity", "encoder": "efficientnet-lite0"},
    }
    priorities = {
        job.wildcards_dict.get("reduction", job.rule.name): job.rule.expand_priority(
            job.wildcards_dict, job.input, attempt=1
        )
        for job in jobs_of_snakemake(experiment, "reduce", "results/shapes/sample-features.npy")
        if job.rule.script
    }
    latents = ["read_images", "resize_images", "train_model", "encode_images"]
    latents += ["export_encoder", "extract_features", "link_features"]
    assert {priorities.pop(rule) for rule in latents} == {1}
    assert priorities.pop("encode_sample") == 2
    order = sorted(priorities, key=priorities.get, reverse=True)
    assert order[2:5] == ["few", "plane", "same"] and {*order[:2]} == {"scaled", "many"}
    assert 1 > priorities["scaled"] == priorities["many"] and priorities["same"] == 0


def test_a_million_images_ask_for_less_than_8_gib(fresh, tmp_path):
    project = fresh.copy(tmp_path / "project")
    project.experiment = {
        "seeds": [0],
        "datasets": {"photos": {"source": "photo_patches", "params": {"n_images": 1_000_000}}},
        "models": {"small": {"architecture": "baseline", "latent_dim": 64, "epochs": 1}},
        "reductions": {
            "kpca": {"method": "kernel_pca", "dim": 50},
            "tsne": {"method": "tsne", "dim": 2, "after": "kpca"},
        },
        "clusterings": {"kmeans": {"method": "minibatch_kmeans", "n_clusters": 2}},
    }
    for rule, amounts in asked(project).items():
        assert amounts["mem_mb"] < 8192, rule
        assert amounts["runtime"] < 3 * 24 * 60, rule


@pytest.mark.parametrize(("device", "gpus"), [("cpu", 0), ("auto", 0), ("cuda", 1)])
def test_a_gpu_is_asked_for_where_the_config_names_one(fresh, device, gpus):
    models = {name: {"device": device} for name in ("baseline", "deeper")}
    jobs = asked(fresh, "results/shapes/scores.csv", "--config", f"models={json.dumps(models)}")
    assert jobs["train_model"]["gpu"] == gpus
    assert "gpu" not in jobs["encode_images"]


def test_other_resources_make_nothing_run_again(project):
    needs = "workflow/scripts/aecluster/experiment/needs.py"
    project.edit(needs, "START_MB = 700", "START_MB = 900")
    project.edit(needs, "START_TORCH_MB = 1000", "START_TORCH_MB = 2000")
    assert project.planned() == set()
    assert project.planned("--set-resources", "train_model:mem_mb=5000") == set()
