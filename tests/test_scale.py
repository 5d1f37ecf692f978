"""Many images: what is done in blocks, or approximately, agrees with what is done at once."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import REPOSITORY
from in_process import planned_jobs
from score_tables import scores_of
from sklearn.decomposition import PCA, KernelPCA
from sklearn.preprocessing import StandardScaler

from aecluster.clusterings.file import save_clusters
from aecluster.consensus.members import Member
from aecluster.jobs.artifacts import save_array, save_rows
from aecluster.reductions import blocks, kernel_pca, landmarks, nystroem, pca, tsne, umap
from aecluster.reductions.approximation import approximation
from aecluster.reductions.run import reduce
from aecluster.report.all_scores import all_scores_section
from aecluster.report.markdown import to_markdown
from aecluster.report.summary import score_sections
from aecluster.scoring import approximated
from aecluster.scoring.summary import summarise
from aecluster.selection.run import select
from aecluster.statistics import bootstrap
from bench import scaling

RNG = np.random.default_rng(0)
LABELS = np.arange(400) % 3
FEATURES = (4 * np.eye(3, 8)[LABELS] + RNG.normal(size=(400, 8))).astype(np.float32)
EVERY = {"kernel_pca": kernel_pca, "pca": pca, "tsne": tsne, "umap": umap}


@pytest.fixture
def many(monkeypatch):
    """400 images are many."""
    for module in EVERY.values():
        monkeypatch.setattr(module, "LARGE", 399)
    monkeypatch.setattr(blocks, "IMAGES", 64)


def signed(embedding):
    """Components are the same whatever their sign is."""
    return embedding * np.sign(embedding[np.abs(embedding).argmax(0), range(embedding.shape[1])])


def in_blocks(method, dim, features=FEATURES, seed=0, **params):
    return reduce(features, method, dim, params, random_state=seed)


@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize("standardize", [False, True])
def test_pca_in_blocks_is_that_of_scikit_learn(many, tmp_path, whiten, standardize):
    save_array(tmp_path / "features.npy", 100 + FEATURES)
    mapped = np.load(tmp_path / "features.npy", mmap_mode="r")
    found = in_blocks("pca", 5, mapped, whiten=whiten, standardize=standardize)
    features = StandardScaler().fit_transform(FEATURES) if standardize else FEATURES
    expected = PCA(5, whiten=whiten, svd_solver="full").fit_transform(features)
    assert found.dtype == np.float32
    assert np.allclose(signed(found), signed(expected), atol=2e-3)
    assert approximation(["pca"], 400) == ""


@pytest.mark.parametrize(("kernel", "gamma"), [("rbf", None), ("rbf", 0.05), ("cosine", None)])
def test_nystroem_with_all_images_as_landmarks_is_kernel_pca(many, monkeypatch, kernel, gamma):
    monkeypatch.setattr(nystroem, "LANDMARKS", 400)
    found = in_blocks("kernel_pca", 4, kernel=kernel, gamma=gamma)
    features = StandardScaler().fit_transform(FEATURES)
    exact = KernelPCA(4, kernel=kernel, gamma=gamma, eigen_solver="dense").fit_transform(features)
    assert np.abs(signed(found) - signed(exact)).max() < 1e-3 * np.abs(exact).max()


def test_nystroem_with_some_landmarks_is_near_kernel_pca(many, monkeypatch):
    monkeypatch.setattr(nystroem, "LANDMARKS", 100)
    found = in_blocks("kernel_pca", 4)
    features = StandardScaler().fit_transform(FEATURES)
    exact = KernelPCA(4, kernel="rbf", eigen_solver="dense").fit_transform(features)
    products, expected = found @ found.T, exact @ exact.T
    assert np.abs(products - expected).mean() < 0.1 * np.abs(expected).mean()
    assert not (in_blocks("kernel_pca", 4, seed=1) == found).all(), "the seed chooses landmarks"
    assert (in_blocks("kernel_pca", 4) == found).all()


def test_images_are_placed_among_landmarks_of_their_kind(many, monkeypatch):
    monkeypatch.setattr(landmarks, "LANDMARKS", 150)
    found = in_blocks("tsne", 2, 3 * FEATURES, n_iter=250)
    assert found.shape == (400, 2)
    centres = np.array([np.median(found[label == LABELS], axis=0) for label in range(3)])
    nearest = np.linalg.norm(found[:, None] - centres, axis=2).argmin(1)
    assert (nearest == LABELS).mean() > 0.97


def test_all_images_are_placed_by_what_the_landmarks_give(monkeypatch):
    monkeypatch.setattr(landmarks, "LANDMARKS", 150)
    monkeypatch.setattr(landmarks, "_AT_ONCE", 64)
    chosen = blocks.landmarks(400, 150, 3)
    assert len(set(chosen.tolist())) == 150 and (np.diff(chosen) > 0).all()
    found = landmarks.LandmarkEmbedding(PCA(2), 2, random_state=3).fit_transform(FEATURES)
    assert np.allclose(found, PCA(2).fit(FEATURES[chosen]).transform(FEATURES), atol=1e-5)


def test_few_images_are_reduced_at_once(many):
    exact = in_blocks("pca", 2, FEATURES[:399])
    assert (exact == PCA(2, random_state=0).fit_transform(FEATURES[:399])).all()


def test_a_reduction_may_write_to_its_input():
    features = np.arange(12, dtype=np.float32).reshape(4, 3)
    features.flags.writeable = False
    assert (in_blocks("identity", None, features) == features).all()


@pytest.mark.parametrize("step", [1, 7, 400])
def test_an_array_in_blocks_has_the_bytes_of_one_in_one_piece(tmp_path, step):
    save_array(tmp_path / "once.npy", FEATURES)
    save_rows(tmp_path / "blocks.npy", blocks.in_blocks(FEATURES, step), 400)
    assert (tmp_path / "once.npy").read_bytes() == (tmp_path / "blocks.npy").read_bytes()


def test_what_is_approximate_in_a_chain():
    assert approximation(["kernel_pca", "tsne"], 20_000) == ""
    first = "kernel PCA by Nystroem, 2,000 landmarks"
    assert approximation(["kernel_pca", "tsne"], 80_000) == first
    chain = approximation(["pca", "kernel_pca", "sklearn.decomposition.NMF", "tsne"], 80_001)
    assert chain == f"{first}; t-SNE of 20,000 landmarks, the others placed"
    assert approximated.of_cell(["pca"], 4000) == ""
    assert approximated.of_cell(["umap"], 80_001) == (
        "UMAP of 20,000 landmarks, the others placed; silhouette of 4,000 images"
    )
    consensus = approximated.of_consensus([["kernel_pca"], ["kernel_pca", "pca"]], 20_001)
    assert consensus == f"{first}; weights by the agreement on 10,000 images"


def test_scores_and_summary_say_what_is_approximate(many, tmp_path):
    save_array(tmp_path / "labels.npy", LABELS)
    (tmp_path / "dataset.json").write_text('{"split": {"public": 0.5, "seed": 0}}')
    run = tmp_path / "small/seed0"
    for reduction in ("exact", "kpca"):
        save_array(run / reduction / "embedding.npy", FEATURES)
        save_clusters(run / reduction / "kmeans/clusters.csv", LABELS)
    (run / "reconstruction.json").write_text('{"mse": 0.1}')
    cells = [["small", 0, reduction, "kmeans", []] for reduction in ("exact", "kpca")]
    methods = {"exact": ["pca"], "kpca": ["kernel_pca"]}
    scores = scores_of(tmp_path, cells, methods=methods)
    assert scores["approximation"].fillna("").tolist() == [
        "",
        "kernel PCA by Nystroem, 2,000 landmarks",
    ]
    summary = summarise(scores)
    note = "Approximate in kpca: kernel PCA by Nystroem, 2,000 landmarks."
    for sections in (score_sections(summary).values(), [all_scores_section(summary)]):
        text = to_markdown("data", sections)
        assert text.count(note) == 1 and "Approximate in exact" not in text
    exact = score_sections(summarise(scores.assign(approximation=None))).values()
    assert "Approximate" not in to_markdown("data", exact)


def test_intervals_of_many_images_are_those_of_few_at_a_time(monkeypatch):
    right = np.random.default_rng(1).random((3, 40)) < [[0.4], [0.6], [0.9]]
    configurations = [np.array([0, 1]), np.array([2])]
    at_once = bootstrap.accuracy_intervals(right, configurations, n_resamples=101)
    monkeypatch.setattr(bootstrap, "_AT_ONCE_IMAGES", 130)
    assert np.allclose(
        bootstrap.accuracy_intervals(right, configurations, n_resamples=101), at_once
    )


def test_an_configuration_chosen_on_some_images_sees_those_alone():
    latents = [FEATURES, FEATURES[:, ::-1] ** 2]
    some = np.flatnonzero(np.arange(400) % 5 < 3)
    members = [Member("a", s, "pca", "kmeans", (LABELS[some] + s) % 3) for s in (0, 1)]
    with_rows = select(members, latents, "mean_rank", images=some)
    pd.testing.assert_frame_equal(
        with_rows, select(members, [block[some] for block in latents], "mean_rank")
    )


def test_every_target_of_the_measured_run_is_made_by_a_rule(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = scaling.experiment(1000, 1, 64, list(scaling.REDUCTIONS))
    scripts = [script for script, _ in planned_jobs(settings, *scaling.TARGETS)]
    assert {"reduce.py", "score.py", "plot_label_map.py"} <= set(scripts)


def test_the_cost_of_a_job_is_read_from_its_log(tmp_path):
    script = "from aecluster.jobs.job import job\nwith job('LOG'):\n    bytearray(200 << 20)\n"
    for n_images in (10_000, 100_000):
        for name in (
            "photos/images",
            "photos/baseline/seed0/pca50/reduce",
            "photos/plots/scores",
            "new",
        ):
            benchmark, log = (
                tmp_path / f"n{n_images}/results/{kind}/{name}.{suffix}"
                for kind, suffix in (("benchmarks", "tsv"), ("logs", "log"))
            )
            benchmark.parent.mkdir(parents=True, exist_ok=True)
            benchmark.write_text(f"s\th:m:s\n{n_images / 1000}\t-\n")
            log.parent.mkdir(parents=True, exist_ok=True)
            cost = f"{(n_images / 1000) ** 1.05:.4f} s of processor time, at most {n_images} MiB"
            log.write_text(f"12:00:00 begun\n12:00:01 {cost} of memory\n")
        (tmp_path / f"n{n_images}/results/photos/summary.md").parent.mkdir(exist_ok=True)
        (tmp_path / f"n{n_images}/results/photos/summary.md").write_text("")
    real = tmp_path / "n10000/results/logs/photos/images.log"
    scripts = str(REPOSITORY / "workflow/scripts")
    subprocess.run(
        [sys.executable, "-c", script.replace("LOG", str(real))],
        check=True,
        env={**os.environ, "PYTHONPATH": scripts},
    )
    table = scaling.measured(tmp_path)
    assert scaling.in_order(table) == ["data", "reduce pca50", "figures", "new", "all jobs"]
    rows = table.set_index(["stage", "n_images"])
    assert rows.loc[("all jobs", 100_000), "jobs"] == 4
    assert rows.loc[("figures", 100_000), "wall_seconds"] == 100
    assert rows.loc[("all jobs", 100_000), "peak_memory_mib"] == 100_000
    assert 200 < rows.loc[("data", 10_000), "peak_memory_mib"] < 400
    assert scaling.exponents(table, "cpu_seconds")["figures"] == pytest.approx(1.05, abs=0.001)
