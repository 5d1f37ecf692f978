"""What the rules ask of an experiment, asked without Snakemake."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from aecluster.errors import InputError
from aecluster.experiment import plan as planning
from aecluster.experiment.checks import check_experiment
from aecluster.experiment.contents import Contents, named_files
from aecluster.experiment.experiment import Cell, Experiment
from aecluster.experiment.needs import Needs
from aecluster.experiment.plan import Plan
from aecluster.experiment.schema import complete_experiment
from aecluster.results import Results

SCHEMA = planning.__file__.replace(
    "scripts/aecluster/experiment/plan.py", "schemas/config.schema.yaml"
)
REDUCTIONS = {
    "pca8": {"method": "pca", "dim": 8},
    "pca8-tsne": {"method": "tsne", "dim": 2, "after": "pca8"},
    "umap4": {"method": "umap", "dim": 4},
}
CLUSTERINGS = {
    "kmeans": {"method": "kmeans", "n_clusters": 2, "on": ["pca8"]},
    "ward": {"method": "agglomerative", "n_clusters": 5, "on": ["umap4", "pca8"]},
}
ANYWHERE = {"kmeans": {"method": "kmeans", "n_clusters": 2}}


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Make an experiment on 120 images of 8 x 8 in the current folder; keys replace its own."""
    monkeypatch.chdir(tmp_path)
    np.save("photos.npy", np.zeros((120, 8, 8), np.uint8))

    def make(**changes):
        images = {"source": "npy", "images": "photos.npy"}
        config = {
            "seeds": [3, 4],
            "datasets": {"photos": images, "others": {**images, "trained_on": "photos"}},
            "models": {"small": {"architecture": "baseline", "latent_dim": 16}},
            "reductions": REDUCTIONS,
            "clusterings": CLUSTERINGS,
            **changes,
        }
        completed = complete_experiment(config, SCHEMA)
        check_experiment(completed)
        return Experiment(completed)

    return make


def results_of(experiment):
    return Results(experiment, Plan(experiment))


def test_cells_are_the_clusterings_of_their_reductions_alone(made):
    experiment = made()
    of_a_run = {("pca8", "kmeans"), ("pca8", "ward"), ("umap4", "ward")}
    assert {cell[2:] for cell in experiment.cells} == of_a_run
    assert len(experiment.cells) == 2 * 3
    assert experiment.cells_by_run["small", 4] == [c for c in experiment.cells if c.seed == 4]
    assert experiment.most_groups == 5


def test_chains_of_reductions(made):
    experiment = made()
    assert experiment.methods("pca8-tsne") == ["pca", "tsne"]
    assert [experiment.dimension(name) for name in REDUCTIONS] == [8, 2, 4]
    assert experiment.planes == ["pca8-tsne"]
    assert experiment.mapped_groups("pca8-tsne")[0] == "pca8", "that of the step before"
    both = {"method": "kmeans", "n_clusters": 2, "on": ["pca8", "pca8-tsne"]}
    assert made(clusterings={"kmeans": both}).mapped_groups("pca8-tsne")[0] == "pca8-tsne"
    assert experiment.grouped_reduction() == "umap4"


def test_without_a_plane_the_first_reduction_is_drawn(made):
    experiment = made(reductions={"pca8": REDUCTIONS["pca8"]}, clusterings=ANYWHERE)
    assert experiment.planes == ["pca8"] and experiment.grouped_reduction() is None


def test_a_training_depends_on_the_model_before_it(made):
    models = {
        "small": {"architecture": "baseline", "latent_dim": 16, "epochs": 7},
        "dec": {"architecture": "dec", "after": "small"},
    }
    experiment = made(models=models)
    assert experiment.model_settings("dec")["after"]["epochs"] == 7
    assert experiment.models_before("dec") == ["small", "dec"]
    assert experiment.latent_dim("dec") == 16
    modules = ["aecluster.models.baseline", "aecluster.models.dec"]
    assert experiment.architectures("dec") == modules


def test_shards_hold_all_images_and_are_few(made, monkeypatch):
    plan = Plan(made())
    assert plan.n_shards("photos") == 1 and plan.in_shards(True) == []
    monkeypatch.setattr(planning, "IMAGES_A_SHARD", 50)
    assert plan.n_shards("photos") == 3 and set(plan.in_shards(True)) == {"photos", "others"}
    monkeypatch.setattr(planning, "MOST_SHARDS", 2)
    assert plan.images_a_shard("photos") == 100 and plan.n_shards("photos") == 2


def test_cheap_clusterings_share_a_process_in_a_large_grid(made, monkeypatch):
    names = ("a", "b")
    clusterings = {name: {"method": "minibatch_kmeans", "n_clusters": 2} for name in names}
    experiment = made(clusterings={**clusterings, "c": {**clusterings["a"], "on": ["pca8"]}})
    cell = Cell("small", 3, "pca8", "a")
    assert Plan(experiment).shared_clusterings == []
    monkeypatch.setattr(planning, "CELLS_ALONE", len(experiment.cells) - 1)
    assert Plan(experiment).shared_clusterings == ["a", "b"]
    benchmark = results_of(experiment).cell_benchmarks("photos", cell)[-1]
    assert benchmark == "results/benchmarks/photos/small/seed3/pca8/cluster.tsv"
    benchmark = results_of(experiment).cell_benchmarks("photos", cell._replace(clustering="c"))[-1]
    assert benchmark.endswith("/pca8/c/cluster.tsv"), "not on every reduction"


def test_a_cell_costs_its_part_of_a_process_that_it_shares(made, monkeypatch):
    clusterings = {name: {"method": "minibatch_kmeans", "n_clusters": 2} for name in "abc"}
    experiment = made(clusterings=clusterings, seeds=[3])
    cell = Cell("small", 3, "pca8", "a")
    assert results_of(experiment).jobs("photos", cell)[-1].shared_by == 1
    monkeypatch.setattr(planning, "CELLS_ALONE", len(experiment.cells) - 1)
    results = results_of(experiment)
    *others, shared = results.jobs("photos", cell)
    assert shared.shared_by == 3 and all(job.shared_by == 1 for job in others)
    of_consensus = results.consensus_jobs("photos", 3)
    assert {job.shared_by for job in of_consensus} == {1}, "all of it leads to the consensus"
    assert len({job.benchmark for job in of_consensus}) == len(of_consensus)


def test_a_cell_takes_the_time_of_all_jobs_that_lead_to_it(made):
    found = results_of(made()).cell_benchmarks("others", Cell("small", 3, "pca8-tsne", "kmeans"))
    folder, run = "results/benchmarks", "small/seed3"
    assert found == [
        f"{folder}/photos/{run}/train.tsv",
        f"{folder}/others/{run}/latents.tsv",
        f"{folder}/others/{run}/pca8/reduce.tsv",
        f"{folder}/others/{run}/pca8-tsne/reduce.tsv",
        f"{folder}/others/{run}/pca8-tsne/kmeans/cluster.tsv",
    ]


def test_a_cell_takes_the_time_of_the_models_that_its_own_goes_on_from(made):
    models = {
        "small": {"architecture": "baseline", "latent_dim": 16},
        "dec": {"architecture": "dec", "after": "small"},
    }
    results = results_of(made(models=models))
    cell = Cell("dec", 3, "pca8", "kmeans")
    trainings = [job for job in results.jobs("others", cell) if job.history]
    assert trainings == [
        (
            f"results/benchmarks/photos/{m}/seed3/train.tsv",
            1,
            f"results/photos/{m}/seed3/history.csv",
        )
        for m in ("small", "dec")
    ]
    of_consensus = results.consensus_jobs("others", 3)
    assert all(of_consensus.count(training) == 1 for training in trainings)


def test_files_of_cells_are_named_once(made):
    found = results_of(made(seeds=[3])).of_cells("photos", "embedding.npy")
    run = "results/photos/small/seed3"
    assert sorted(found) == [f"{run}/pca8/embedding.npy", f"{run}/umap4/embedding.npy"]
    assert results_of(made(seeds=[3])).of_cells("photos", "embedding.npy", []) == []


def test_two_figures_of_one_name_are_refused(made):
    names = {"a": "b-c", "a-b": "c"}
    experiment = made(
        models={name: {"architecture": "baseline"} for name in names},
        reductions={name: {"method": "pca", "dim": 2} for name in names.values()},
        clusterings=ANYWHERE,
    )
    with pytest.raises(InputError, match="rename a model or a reduction"):
        results_of(experiment).plots("photos")


def test_a_job_asks_for_more_where_it_holds_all_pairs(made):
    experiment = made()
    needs = Needs(experiment, Plan(experiment))
    job = SimpleNamespace(dataset="photos", model="small", seed="3", reduction="pca8")
    job.clustering = "kmeans"
    features = 700 + 6 * 8 * 120 * 8 / 1e6
    assert needs.cluster_mb(job) == needs.cluster_together_mb(job) == pytest.approx(features)
    job.clustering = "ward"
    assert needs.cluster_mb(job) == pytest.approx(features + 2 * 8 * 120**2 / 1e6)
    assert needs.score_run_minutes(job) == pytest.approx(5 + 3 * (1 / 6 + 0.12 / 200))
    assert needs.gpus(job) == 0
    # What a method declares as SQUARE_MATRICES, of 8 bytes a number and of minutes.
    before, minutes = needs.reduce_mb(job), needs.reduce_minutes(job)
    experiment.reductions["pca8"]["method"] = "kernel_pca"
    assert needs.reduce_mb(job) == pytest.approx(before + 3 * 8 * 120**2 / 1e6)
    assert needs.reduce_minutes(job) == pytest.approx(minutes + 3 * 0.12**3 / 20)


def test_jobs_on_new_images_ask_for_what_these_need(made, tmp_path):
    np.save("new.npy", np.zeros((12_000, 9, 9), np.uint8))
    (tmp_path / "pictures").mkdir()
    new = {"source": "npy", "images": "new.npy", "into": "photos"}
    pictures = {"source": "folder", "path": "pictures", "into": "photos"}
    np.save("photos.npy", np.zeros((1000, 8, 8), np.uint8))
    Image.new("L", (8, 8)).save("pictures/a.png")
    experiment = made(assign={"new": new, "pictures": pictures})
    plan = Plan(experiment)
    assert plan.new_sizes["new"] == (12_000, 64), "brought to the size of the photos"
    needs = Needs(experiment, plan)
    known = SimpleNamespace(dataset="photos", model="small")
    job = SimpleNamespace(dataset="photos", model="small", new="new")
    assert (needs.thousands(known), needs.thousands(job)) == (1, 12)
    read_mb = 700 + 12_000 * (1.2 * 64 + 400) / 1e6
    assert needs.read_mb(job) == pytest.approx(read_mb)
    encoded_mb = (12_000 - 1000) * (64 + 6 * 8 * 16) / 1e6
    assert needs.encode_mb(job) - needs.encode_mb(known) == pytest.approx(encoded_mb)
    votes_mb = 2 * (4 * 13_000 * 16 + 2 * 8 * 12_000 * 5) / 1e6
    assert needs.assign_mb(job) == pytest.approx(700 + votes_mb + 400 * 13_000 / 1e6)
    assert needs.assign_minutes(job) == pytest.approx(10 + 12 + 2 * 12 * 1 / 200)
    job.new = "pictures"
    assert needs.read_mb(job) > 700 + 1500


def test_images_do_not_depend_on_labels_unless_these_choose_them(made, tmp_path):
    np.save("labels.npy", np.arange(120) % 2)
    images = {"source": "npy", "images": "photos.npy", "labels": "labels.npy"}
    sets = {"plain": images, "half": {**images, "balance": True, "positive": ["1"]}}
    contents = Contents(made(datasets=sets), tmp_path / "seen")
    assert "labels.npy" not in str(contents.of_images("plain"))
    assert "labels.npy" in str(contents.of_images("half"))
    assert "positive" in contents.of_images("half")
    assert "labels.npy" in str(contents.of_labels("plain"))


def test_a_file_that_snakemake_cannot_name_is_known_by_its_content(made, tmp_path):
    np.save("{a}.npy", np.zeros((120, 8, 8), np.uint8))
    images = {"source": "npy", "images": "{a}.npy"}
    experiment = made(datasets={"odd": images})
    assert named_files(experiment.datasets["odd"], "images") == []
    before = Contents(experiment, tmp_path).of_images("odd")
    assert Contents(experiment, tmp_path).of_images("odd") == before
    np.save("{a}.npy", np.ones((120, 8, 8), np.uint8))
    assert Contents(experiment, tmp_path).of_images("odd") != before
