"""Snapshots of a training, and scores against epochs."""

import numpy as np
import pandas as pd
import pytest
import torch

from aecluster.errors import InputError
from aecluster.figures.progress import progress_figure
from aecluster.jobs.checksums import checksum_file
from aecluster.models.build import build_model
from aecluster.scoring.progress import rank_correlations, score_epochs
from aecluster.training import progress, snapshots
from aecluster.training.checkpoints import load_snapshots, save_snapshots, snapshot_epochs
from aecluster.training.decoding import reconstruction_errors
from aecluster.training.latents import encode
from aecluster.training.progress import followed, load_progress, save_progress
from aecluster.training.snapshots import cluster_snapshots

SETTINGS = {"architecture": "baseline", "after": None, "latent_dim": 4, "params": {"width": 4}}
KMEANS = {"method": "kmeans", "n_clusters": 2, "params": {}}
SHAPE = (1, 8, 8)


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [(1, [1]), (3, [1, 2, 3]), (10, list(range(1, 11))), (100, list(range(10, 101, 10)))],
)
def test_epochs_are_evenly_spaced_and_end_with_the_last(epochs, expected):
    assert snapshot_epochs(epochs) == expected


def test_any_long_training_keeps_ten_different_epochs():
    for epochs in range(10, 200):
        kept = snapshot_epochs(epochs)
        assert len(set(kept)) == 10 and kept[-1] == epochs and kept[0] >= 1


def models():
    torch.manual_seed(0)
    return [build_model(SETTINGS, SHAPE).eval() for _ in range(2)]


def test_snapshots_come_back_as_they_were(tmp_path):
    kept = {5: models()[0].state_dict(), 10: models()[1].state_dict()}
    save_snapshots(tmp_path / "snapshots.pt", kept)
    loaded = load_snapshots(tmp_path / "snapshots.pt")
    assert list(loaded) == [5, 10]
    for epoch in kept:
        assert all(torch.equal(loaded[epoch][name], kept[epoch][name]) for name in kept[epoch])
    content = (tmp_path / "snapshots.pt").read_bytes()
    (tmp_path / "snapshots.pt").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"snapshots\.pt was damaged"):
        load_snapshots(tmp_path / "snapshots.pt")
    checksum_file(tmp_path / "snapshots.pt").unlink()
    with pytest.raises(InputError, match=r"snapshots\.pt is not a whole file of snapshots"):
        load_snapshots(tmp_path / "snapshots.pt")


def test_each_epoch_is_measured_with_its_own_weights(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), dtype=np.uint8)
    first, second = models()
    snapshots = {1: first.state_dict(), 2: second.state_dict()}
    fresh = build_model(SETTINGS, SHAPE).eval()
    progress = cluster_snapshots(fresh, snapshots, images, SHAPE, KMEANS, random_state=0)
    errors = [
        reconstruction_errors(model, images, encode(model, images, SHAPE)).mean()
        for model in (first, second)
    ]
    assert progress["mse"].tolist() == errors and errors[0] != errors[1]
    assert progress["clusters"].shape == (2, 30)
    save_progress(tmp_path / "progress.npy", progress)
    loaded = load_progress(tmp_path / "progress.npy", 30)
    assert all((loaded[key] == progress[key]).all() for key in progress)
    with pytest.raises(InputError, match="not a table for 31 images"):
        load_progress(tmp_path / "progress.npy", 31)


def test_of_many_images_a_sample_is_followed(tmp_path, monkeypatch):
    for module in (progress, snapshots):
        monkeypatch.setattr(module, "SAMPLE", 20)
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), dtype=np.uint8)
    chosen = followed(30)
    assert len(set(chosen.tolist())) == 20 and (np.diff(chosen) > 0).all()
    model = models()[0]
    kept = {1: models()[1].state_dict()}
    of_all, of_sample = (
        cluster_snapshots(model, kept, some, SHAPE, KMEANS, random_state=0)
        for some in (images, images[chosen])
    )
    assert all((of_all[key] == of_sample[key]).all() for key in of_all)
    save_progress(tmp_path / "progress.npy", of_all)
    assert load_progress(tmp_path / "progress.npy", 30)["clusters"].shape == (1, 20)
    with pytest.raises(InputError, match="not a table for 19 images"):
        load_progress(tmp_path / "progress.npy", 19)


def table(accuracies, errors=(4, 3, 2, 1), matching="one-to-one"):
    rows = {"model": "m", "seed": 0, "epoch": [1, 2, 3, 4]}
    return pd.DataFrame(
        {**rows, "reconstruction_mse": errors, "accuracy": accuracies, "chance": 0.5}
    ).assign(matching=matching)


def test_accuracy_of_each_epoch():
    labels = np.array([0, 0, 1, 1])
    clusters = np.array([[0, 1, 0, 1], [1, 1, 0, 0]])
    scores = score_epochs(np.array([1, 2]), np.array([0.2, 0.1]), clusters, labels)
    assert scores["accuracy"].tolist() == [0.5, 1.0]
    assert set(scores["matching"]) == {"one-to-one"}
    unlabelled = score_epochs(np.array([1, 2]), np.array([0.2, 0.1]), clusters, labels - 2)
    assert unlabelled["accuracy"].isna().all()


@pytest.mark.parametrize(
    ("accuracies", "expected"),
    [([0.5, 0.6, 0.7, 0.8], -1), ([0.8, 0.7, 0.6, 0.5], 1), ([0.5, 0.8, 0.6, 0.7], -0.4)],
)
def test_rank_correlation(accuracies, expected):
    [correlation] = rank_correlations(table(accuracies))["rank_correlation"]
    assert correlation == pytest.approx(expected)


def test_no_correlation_where_nothing_changes_or_nothing_is_known():
    assert rank_correlations(table([0.5] * 4))["rank_correlation"].isna().all()
    assert (
        rank_correlations(table([None] * 4).astype({"accuracy": float}))["rank_correlation"]
        .isna()
        .all()
    )


@pytest.mark.parametrize("accuracies", [[0.5, 0.6, 0.7, 0.8], [np.nan] * 4])
def test_the_figure_is_drawn_with_and_without_labels(accuracies):
    figure = progress_figure(table(accuracies), "a title")
    assert len(figure.axes) == (1 if np.isnan(accuracies).all() else 2)


def test_more_groups_than_classes_have_a_purity_in_each_epoch():
    clusters, labels = np.array([[0, 1, 2]]), np.array([0, 1, 1])
    scores = score_epochs(np.array([1]), np.array([0.2]), clusters, labels)
    assert scores["accuracy"].tolist() == [1] and set(scores["matching"]) == {"many-to-one"}
    figure = progress_figure(table([0.5] * 4, matching="many-to-one"), "a title")
    assert figure.axes[1].get_ylabel().startswith("purity")


@pytest.mark.parametrize("errors", [[0.4, 0.3, 0.2, 0.1], [0.2, 0.1, 0.05, 0.01], [0.1] * 4])
def test_errors_are_labelled_with_numbers(errors):
    figure = progress_figure(table([0.5] * 4, errors), "a title")
    figure.draw_without_rendering()
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels(which="both")]
    assert len(labels) >= 2 and all(map(float, labels))
