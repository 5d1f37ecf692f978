"""The rerun contract: what a change makes run again, and what it does not."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from conftest import REPOSITORY, new_project
from in_process import SMALL, planned_jobs
from photographs import write_images

from aecluster.sources import listing

LIBRARY = "workflow/scripts/aecluster"
DATASETS = ("shapes", "others")


def stages(planned: set[str]) -> set[str]:
    """Return the file names of planned outputs, without their folders."""
    return {output.rsplit("/", 1)[1] for output in planned}


def artifacts(planned: set[str]) -> set[str]:
    """Return the planned outputs that are computed, not drawn or summed up."""
    computed = {
        "images.npy", "labels.npy", "dataset.json", "model.pt", "history.csv", "latents.npy",
        "reconstruction.json", "embedding.npy", "clusters.csv", "progress.npy",
    }  # fmt: skip
    return {
        output
        for output in planned
        if output.rsplit("/", 1)[1] in computed and "/consensus/" not in output
    }


def test_nothing_runs_again_when_nothing_changed(finished_project):
    assert finished_project.planned() == set()


def test_touched_files_make_nothing_run(project):
    for path in sorted(project.folder.rglob("*"), reverse=True):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path)
    assert project.planned() == set()


def test_comments_docstrings_and_layout_make_nothing_run(project):
    for path in sorted((project.folder / LIBRARY).rglob("*.py")):
        text = path.read_text()
        if text:
            body = _without_docstring(text)
            path.write_text(f'"""Another docstring."""\n# a comment\n\n\n{body}')
    project.edit("workflow/scripts/cluster.py", "import json\n", "import json  # why not\n\n")
    rule = "rule cluster_embedding:"
    project.edit("workflow/rules/cluster.smk", rule, f"# moved\n\n\n{rule}")
    assert project.planned() == set()


def _without_docstring(text: str) -> str:
    return text.split('"""', 2)[2] if text.startswith('"""') else text


def test_reordered_keys_make_nothing_run(project):
    experiment = {key: project.experiment[key] for key in reversed(project.experiment)}
    for section in ("datasets", "models", "reductions", "clusterings"):
        experiment[section] = {
            name: dict(reversed(experiment[section][name].items()))
            for name in reversed(experiment[section])
        }
    experiment["seeds"].reverse()
    experiment["models"]["deeper"]["learning_rate"] = 0.002  # the default, now written down
    project.experiment = experiment
    assert project.planned() == set()


def test_code_of_one_model_reruns_that_model(project):
    project.edit(f"{LIBRARY}/models/deeper.py", "nn.GELU(),", "nn.ReLU(),")
    planned = project.planned()
    assert {o for o in planned if o.endswith("model.pt")} == {
        f"results/shapes/deeper/seed{seed}/model.pt" for seed in (0, 1)
    }
    assert "results/shapes/deeper/seed1/kpca6/kmeans/clusters.csv" in planned
    assert "results/others/deeper/seed1/kpca6/kmeans/clusters.csv" in planned
    assert not [o for o in artifacts(planned) if "/baseline/" in o]
    assert not {"images.npy", "labels.npy"} & stages(planned)


def test_how_errors_are_measured_reruns_no_latents(project):
    project.edit(f"{LIBRARY}/training/decoding.py", ".square()", ".abs()")
    planned = project.planned()
    errors = {f"results/{d}/{m}/seed{s}/reconstruction.json"
              for d in DATASETS for m in ("baseline", "deeper") for s in (0, 1)}  # fmt: skip
    assert errors <= planned and "results/shapes/scores.csv" in planned
    assert not {"latents.npy", "embedding.npy", "clusters.csv"} & stages(planned)
    assert project.planned("cluster") == set()


def test_code_of_one_reduction_reruns_it_and_what_follows(project):
    project.edit(f"{LIBRARY}/reductions/kernel_pca.py", "copy_X=False", "copy_X=True")
    planned = artifacts(project.planned())
    assert {o.split("/")[4] for o in planned} == {"kpca6", "kpca6-pca"}
    assert stages(planned) == {"embedding.npy", "clusters.csv"}
    # Data sets, models, seeds; two embeddings, two k-means, one mixture.
    assert len(planned) == 2 * 2 * 2 * 5


def test_code_of_one_clusterer_reruns_it_alone(project):
    project.edit(f"{LIBRARY}/clusterings/gmm.py", "n_init=n_init", "n_init=n_init + 1")
    planned = artifacts(project.planned())
    assert len(planned) == 2 * 2 * 2
    assert all(o.endswith("/kpca6-pca/mixture/clusters.csv") for o in planned)


@pytest.mark.parametrize("module", ["metrics/silhouette.py", "metrics/accuracy.py"])
def test_a_metric_reruns_scoring_and_what_shows_it(project, module):
    project.edit(f"{LIBRARY}/{module}", "random_state: int = 0", "random_state: int = 1")
    planned = project.planned()
    assert artifacts(planned) == set()
    assert {f"results/{d}/scores.csv" for d in DATASETS} <= planned
    assert {f"results/{d}/summary.md" for d in DATASETS} <= planned
    assert "results/shapes/plots/scores.png" in planned


def test_a_plot_reruns_that_plot_and_the_page(project):
    text = (project.folder / f"{LIBRARY}/figures/scores.py").read_text()
    (project.folder / f"{LIBRARY}/figures/scores.py").write_text(f"{text}\nUNUSED = 1\n")
    assert project.planned() == {
        "results/report.html",
        *(f"results/{d}/plots/scores.{kind}" for d in DATASETS for kind in ("png", "svg")),
    }


def test_the_style_reruns_figures_and_the_page_alone(project):
    style = project.folder / f"{LIBRARY}/figures/style.py"
    style.write_text(f"{style.read_text()}\nUNUSED = 1\n")
    planned = project.planned()
    assert "results/shapes/plots/scores.png" in planned
    assert all("/plots/" in o or "/math/" in o or o == "results/report.html" for o in planned)


def test_the_template_of_the_page_reruns_the_page_alone(project):
    [template] = project.folder.glob(f"{LIBRARY}/page/*.jinja")
    template.write_text(template.read_text().replace("</body>", "<p>Another line.</p></body>"))
    assert project.planned() == {"results/report.html"}


@pytest.mark.parametrize(
    ("section", "name", "key", "value", "folders", "n_models"),
    [
        ("models", "deeper", "epochs", 3, "/deeper/", 2),
        ("models", "baseline", "learning_rate", 0.01, "/baseline/", 2),
        ("reductions", "kpca6", "params", {"gamma": 0.5}, "/kpca6", 0),
        ("reductions", "kpca6-pca", "dim", 1, "/kpca6-pca/", 0),
        ("reductions", "kpca6-pca", "after", None, "/kpca6-pca/", 0),
        ("clusterings", "mixture", "n_clusters", 3, "/mixture/", 0),
    ],
)
def test_one_value_reruns_its_owner_and_what_follows(
    project, section, name, key, value, folders, n_models
):
    experiment = project.experiment
    experiment[section][name][key] = value
    project.experiment = experiment
    planned = artifacts(project.planned())
    assert planned
    assert all(folders in output for output in planned)
    assert len([o for o in planned if o.endswith("model.pt")]) == n_models


def test_two_swapped_values_are_seen(project):
    experiment = project.experiment
    model = experiment["models"]["baseline"]
    model["epochs"], model["batch_size"] = model["batch_size"], model["epochs"]
    project.experiment = experiment
    planned = artifacts(project.planned())
    assert "results/shapes/baseline/seed0/model.pt" in planned
    assert not [o for o in planned if "/deeper/" in o]


def test_a_new_seed_makes_only_new_cells(project):
    experiment = project.experiment
    experiment["seeds"] = [0, 1, 7]
    project.experiment = experiment
    planned = project.planned()
    assert artifacts(planned) and all("/seed7/" in o for o in artifacts(planned))
    assert {f"results/{d}/scores.csv" for d in DATASETS} <= planned


@pytest.mark.parametrize(
    ("section", "name", "content"),
    [
        ("models", "wide", {"architecture": "baseline", "latent_dim": 32, "epochs": 1}),
        ("reductions", "pca3", {"method": "pca", "dim": 3}),
        ("clusterings", "wards", {"method": "agglomerative", "n_clusters": 2}),
        ("clusterings", "a-first-by-name", {"method": "agglomerative", "n_clusters": 3}),
        ("datasets", "more", {"source": "npy", "images": "data/others.npy"}),
    ],
)
def test_a_new_name_makes_only_new_cells(project, section, name, content):
    experiment = project.experiment
    experiment[section][name] = content
    project.experiment = experiment
    planned = artifacts(project.planned())
    assert planned and all(f"/{name}/" in output for output in planned)


def test_new_images_rerun_the_branch_of_their_data_set(project):
    images = np.load(project.folder / "data/others.npy")
    np.save(project.folder / "data/others.npy", 255 - images)
    planned = project.planned()
    assert "results/others/images.npy" in planned
    assert "results/others/baseline/seed0/kpca6/kmeans/clusters.csv" in planned
    assert not [o for o in planned if o.startswith("results/shapes/")]
    assert "model.pt" not in stages(planned)  # its models are those of the other data set


def test_new_labels_alone_train_nothing(project):
    labels = np.load(project.folder / "data/labels.npy")
    np.save(project.folder / "data/labels.npy", labels[::-1])
    planned = project.planned()
    assert artifacts(planned) == {"results/shapes/labels.npy", "results/shapes/dataset.json"}
    assert "results/shapes/scores.csv" in planned and "results/shapes/evidence.csv" in planned
    assert not [o for o in planned if "/consensus/" in o or "selection." in o or "checkpoints" in o]


def test_new_labels_place_no_new_images_again(project):
    images = np.load(project.folder / "data/others.npy")
    np.save(project.folder / "data/new.npy", images[:7])
    new = {"source": "npy", "images": "data/new.npy", "into": "shapes"}
    project.experiment = {**project.experiment, "assign": {"new": new}}
    finished = project.run("--cores", "2", "assign")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    labels = np.load(project.folder / "data/labels.npy")
    np.save(project.folder / "data/labels.npy", labels[::-1])
    assert project.planned("assign") == set()


def test_another_criterion_chooses_again_and_clusters_nothing(project):
    project.experiment = {**project.experiment, "selection": {"criterion": "stability"}}
    planned = project.planned()
    assert artifacts(planned) == set() and not [o for o in planned if "/consensus/" in o]
    assert {f"results/{d}/selection.csv" for d in DATASETS} <= planned
    assert {f"results/{d}/summary.md" for d in DATASETS} <= planned
    assert not {f"results/{d}/scores.csv" for d in DATASETS} & planned


def test_a_network_to_judge_by_encodes_a_sample_and_chooses_again(project):
    network = {"criterion": "modularity", "encoder": "efficientnet-lite0"}
    project.experiment = {**project.experiment, "selection": network}
    planned = project.planned()
    assert {f"results/{d}/sample-features.npy" for d in DATASETS} <= planned
    assert artifacts(planned) == set() and not [o for o in planned if "/consensus/" in o]
    images = project.folder / "results/shapes/images.npy"
    whole = images.read_bytes()
    images.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    finished = project.run("--cores", "2", "results/shapes/sample-features.npy")
    assert finished.returncode == 1
    assert "results/shapes/images.npy was damaged or changed" in finished.stdout + finished.stderr
    images.write_bytes(whole)
    before = pd.read_csv(project.folder / "results/shapes/selection.csv")
    finished = project.run("--cores", "2", "results/shapes/selection.csv")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    after = pd.read_csv(project.folder / "results/shapes/selection.csv")
    assert (after["modularity"] != before["modularity"]).all()
    same = ["silhouette", "prediction_strength", "stability", "agreement", "mean_rank"]
    assert after[same].equals(before[same])
    features = np.load(project.folder / "results/shapes/sample-features.npy")
    assert features.shape == (60, 1600) and np.isfinite(features).all()
    again = project.planned()
    assert "results/shapes/selection.csv" not in again and "shapes/sample" not in str(again)
    project.edit(f"{LIBRARY}/encoders/export.py", "_EXPONENT = 3", "_EXPONENT = 2")
    assert {f"results/{d}/sample-features.npy" for d in DATASETS} <= project.planned()
    project.experiment = {**project.experiment, "selection": {**network, "encoder": None}}
    planned = project.planned()
    assert "results/shapes/selection.csv" in planned and "sample-features" not in str(planned)


def test_another_reference_reruns_the_summary_and_what_shows_it(project):
    project.experiment = {**project.experiment, "reference": {"reduction": "kpca6"}}
    planned = project.planned()
    assert {f"results/{d}/comparisons.csv" for d in DATASETS} <= planned
    assert "results/report.html" in planned and artifacts(planned) == set()
    assert not stages(planned) & {"scores.csv", "evidence.csv", "selection.csv"}


def test_corrections_rerun_what_shows_the_groups_and_compute_nothing(project):
    def says(name):
        content = {"groups": "", "n_images": 60, "names": {"0": name}}
        file = project.folder / "results/shapes/corrections.json"
        file.write_text(json.dumps(content))

    says("bright")
    assert project.planned() == {"results/report.html"}
    shown = {"results/shapes/clusters.csv", "results/shapes/groups"}
    targets = ("results/report.html", *shown)
    assert project.run("--cores", "2", *targets).returncode == 0
    assert project.planned(*targets) == set()
    says("dark")
    assert project.planned(*targets) == {"results/report.html", *shown}


def test_new_labels_in_an_archive_train_nothing(project):
    images = np.load(project.folder / "data/images.npy")
    labels = np.load(project.folder / "data/labels.npy")
    archive = project.folder / "data/shapes.npz"
    np.savez(archive, images=images, labels=labels)
    experiment = project.experiment
    experiment["datasets"] = {"packed": {"source": "npz", "path": "data/shapes.npz"}}
    project.experiment = experiment
    assert project.run("--cores", "2", "latents", "results/packed/labels.npy").returncode == 0
    os.utime(archive)
    assert project.planned("latents", "results/packed/labels.npy") == set()
    np.savez(archive, images=images, labels=labels[::-1])
    assert project.planned("latents", "results/packed/labels.npy") == {
        "results/packed/labels.npy",
        "results/packed/dataset.json",
    }
    np.savez(archive, images=255 - images, labels=labels)
    assert "results/packed/baseline/seed0/model.pt" in project.planned("latents")


def test_pictures_of_a_folder_are_inputs_by_content(tmp_path):
    project = new_project(tmp_path / "project")
    photos = project.folder / "photos"
    write_images(photos, 12)
    write_images(photos / "2024" / "May", 4, seed=1)
    files = sorted(path for path in photos.rglob("*") if path.is_file())
    future = time.time() + 2 * 86400
    os.utime(files[0], (future, future))
    experiment = project.experiment
    pictures = {"source": "folder", "path": "photos", "size": 16, "labels": "none"}
    project.experiment = {**experiment, "datasets": {"pictures": pictures}}
    target = "results/pictures/labels.npy"

    assert project.run("--cores", "2", target).returncode == 0
    for file in files:
        os.utime(file, (future + 9, future + 9))
    assert project.planned(target) == set()
    files[0].write_bytes(files[3].read_bytes())
    files[1].unlink()
    assert "results/pictures/images.npy" in project.planned(target)
    assert project.run("--cores", "2", target).returncode == 0
    assert project.planned(target) == set()
    assert len(np.load(project.folder / "results/pictures/images.npy")) == 15


def test_a_plan_walks_through_a_folder_once_and_has_no_picture_as_input(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_images(tmp_path / "photos", 12)
    write_images(tmp_path / "new", 3)
    walks, walk = [], listing._walk
    monkeypatch.setattr(listing, "_walk", lambda root: walks.append(root.name) or walk(root))
    photos = {"source": "folder", "path": "photos", "size": 16, "fit": "pad"}
    config = {**SMALL, "datasets": {"d": photos}, "assign": {"n": {"path": "new"}}}
    for _ in range(2):
        walks.clear()
        jobs = dict(planned_jobs(config))
        assert sorted(walks) == ["new", "photos"]
    assert not [file for name in ("read_images.py", "read_labels.py") for file in jobs[name].input
                if "photos" in file.split("/")]  # fmt: skip
    assert json.loads(jobs["read_new_images.py"].params.settings)["fit"] == "pad"
    assert jobs["read_images.py"].threads > 0


def test_without_the_digest_changed_code_is_not_seen(project):
    """The tests above lean on the digest: with it switched off, the contract breaks."""
    project.edit(f"{LIBRARY}/jobs/digest.py", "hexdigest()[:16]", "hexdigest()[:0]")
    assert project.run("--touch", "--cores", "1").returncode == 0
    assert project.planned() == set()
    project.edit(f"{LIBRARY}/models/deeper.py", "nn.GELU(),", "nn.ReLU(),")
    assert project.planned() == set()


def test_a_package_of_another_clone_that_is_installed_is_not_the_one_that_plans(project):
    project.edit(f"{LIBRARY}/clusterings/gmm.py", "n_init=n_init", "n_init=n_init + 1")
    finished = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", "--configfile", "experiment.yaml"],
        cwd=project.folder, capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "workflow/scripts")},
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    assert "results/shapes/deeper/seed1/kpca6-pca/mixture/clusters.csv" in finished.stdout
