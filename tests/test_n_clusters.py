"""A suggested number of groups, from data whose number is known."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from aecluster.n_clusters import curves as of_different
from aecluster.n_clusters.curves import mean_curves, numbers_tried
from aecluster.n_clusters.features import MAX_IMAGES, main_components, sampled
from aecluster.n_clusters.gap import gap_statistic
from aecluster.n_clusters.stability import stability
from aecluster.n_clusters.suggestion import suggest


@pytest.fixture(autouse=True)
def one_thread():
    """As in a job: several threads only wait for each other in small arrays."""
    with threadpool_limits(1):
        yield


def curves(latents, random_state):
    """The curves of images of which no two are equal."""
    return of_different.curves(latents, random_state, np.arange(len(latents)))


def blobs(n_groups, n_images=150, dim=12, spread=1.0, seed=0):
    rng = np.random.default_rng(seed)
    centres = rng.normal(scale=6, size=(n_groups, dim))
    points = centres[np.arange(n_images) % n_groups] + rng.normal(
        scale=spread, size=(n_images, dim)
    )
    return points.astype(np.float32)


@pytest.mark.parametrize("n_groups", [3, 5])
def test_clear_groups_are_counted(n_groups):
    found = suggest(curves(blobs(n_groups), random_state=0))
    assert found["suggested"] == n_groups
    assert found["votes"] == dict.fromkeys(("silhouette", "gap", "stability"), n_groups)
    assert "clear groups" not in found["reason"]


def test_noise_is_called_noise():
    noise = np.random.default_rng(0).normal(size=(150, 12)).astype(np.float32)
    found = suggest(curves(noise, random_state=0))
    assert found["votes"]["gap"] == 1
    assert "the gap statistic finds one single group" in found["reason"]
    assert "do not fall into clear groups" in found["reason"]
    assert found["suggested"] >= 2


def test_gap_is_that_of_its_definition():
    """For one group W is the sum of squares around the mean, in the data and in the box."""
    features = main_components(blobs(2), random_state=0)
    gap, gap_se = gap_statistic(features, [1], random_state=3, n_references=4)
    rng = np.random.default_rng(3)
    low, high = features.min(0), features.max(0)
    boxes = [rng.uniform(low, high, features.shape) for _ in range(4)]
    logs = [np.log(((box - box.mean(0)) ** 2).sum()) for box in boxes]
    expected = np.mean(logs) - np.log(((features - features.mean(0)) ** 2).sum())
    np.testing.assert_allclose(gap, [expected], rtol=1e-6)
    np.testing.assert_allclose(gap_se, [np.std(logs) * np.sqrt(1.25)], rtol=1e-6)


def test_stability_is_one_for_clear_groups_and_low_for_too_many():
    features = blobs(3)
    assert stability(features, 3, random_state=0) == 1
    assert stability(features, 9, random_state=0) < 0.8


def test_the_suggestion_is_the_median_of_three():
    table = pd.DataFrame(
        {
            "k": [1, 2, 3, 4],
            "silhouette": [np.nan, 0.5, 0.4, 0.3],
            "gap": [0.0, 1.0, 2.0, 3.0],
            "gap_se": 0.01,
            "stability": [np.nan, 0.7, 0.9, 0.8],
        }
    )
    found = suggest(table)
    assert found["votes"] == {"silhouette": 2, "gap": None, "stability": 3}
    assert found["suggested"] == 3
    assert "the gap statistic still rises at 4 groups" in found["reason"]
    table["gap"] = [0.0, 1.0, 1.005, 3.0]  # no more than the standard error higher
    assert suggest(table)["votes"]["gap"] == 2


def test_the_same_seed_gives_the_same_curves():
    one, again, other = (curves(blobs(3, 60), random_state=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_mean_curves():
    tables = [pd.DataFrame({"k": [1, 2], "silhouette": [np.nan, value]}) for value in (0.2, 0.4)]
    mean = mean_curves(tables)
    assert mean["k"].tolist() == [1, 2]
    np.testing.assert_allclose(mean["silhouette"], [np.nan, 0.3])


@pytest.mark.parametrize(("n_images", "largest"), [(3, 2), (12, 2), (30, 6), (5000, 15)])
def test_few_images_are_not_cut_into_tiny_groups(n_images, largest):
    assert numbers_tried(n_images, n_images) == list(range(1, largest + 1))


@pytest.mark.parametrize("latents", [np.zeros((20, 4)), np.arange(12.0).reshape(3, 4)])
def test_degenerate_latents_get_an_answer(latents):
    assert suggest(curves(latents.astype(np.float32), random_state=0))["suggested"] == 2


def test_many_images_are_sampled():
    images = sampled(MAX_IMAGES + 10, random_state=0)
    assert len(set(images.tolist())) == MAX_IMAGES and max(images) < MAX_IMAGES + 10
    assert main_components(np.eye(4, dtype=np.float32)[:, :3], 0).shape == (4, 3)


def test_no_more_groups_are_suggested_than_there_are_different_images():
    equal = np.tile(np.arange(5), 12)
    latents = np.random.default_rng(0).normal(size=(5, 6)).astype(np.float32)[equal]
    assert of_different.curves(latents, 0, equal)["k"].tolist() == [1, 2, 3, 4, 5]
