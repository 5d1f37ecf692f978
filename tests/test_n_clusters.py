"""A suggested number of groups, from data whose number is known."""

import importlib
import inspect
import pkgutil

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

import aecluster.n_clusters
from aecluster.n_clusters import curves as of_different
from aecluster.n_clusters.curves import (
    MAX_IMAGES,
    main_components,
    numbers_tried,
    sampled,
    stability,
)
from aecluster.n_clusters.suggestion import listed, mean_curves, suggest


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


@pytest.mark.parametrize("n_groups", [3, 5, 8])
def test_clear_groups_are_counted(n_groups):
    found = suggest(curves(blobs(n_groups), random_state=0))
    assert found["suggested"] == n_groups
    assert n_groups in found["range"] and len(found["range"]) <= 3
    assert "clear groups" not in found["reason"]


def test_noise_is_called_noise_and_its_range_is_wide():
    noise = np.random.default_rng(0).normal(size=(300, 12)).astype(np.float32)
    table = curves(noise, random_state=0)
    found = suggest(table)
    assert len(found["range"]) > len(table) / 2
    assert "do not fall into clear groups" in found["reason"]


def test_stability_is_one_for_clear_groups_and_low_for_too_many():
    features = blobs(3)
    assert stability(features, 3, random_state=0) == 1
    assert stability(features, 9, random_state=0) < 0.8


def scored(*scores):
    """A table of numbers from 2 on whose silhouette and stability are both these."""
    ks = range(2, 2 + len(scores))
    return pd.DataFrame({"k": ks, "silhouette": scores, "stability": scores, "score": scores})


def test_the_suggestion_is_the_largest_of_the_equally_good_and_the_range_is_wider():
    found = suggest(scored(0.9, 0.5, 0.86, 0.84, 0.79, 0.82))
    assert found["suggested"] == 4
    assert found["range"] == [2, 4, 5, 7] and found["tolerance"] == 0.1
    assert "Within 0.1 of the best are 2, 4, 5 and 7 groups." in found["reason"]
    alone = suggest(scored(0.5, 0.9, 0.6))
    assert alone["suggested"] == 3 and alone["range"] == [3]
    assert "No other number is within 0.1 of the best." in alone["reason"]


def test_the_score_is_the_mean_of_silhouette_and_stability():
    table = curves(blobs(3, spread=4), random_state=0)
    expected = (table["silhouette"] + table["stability"]) / 2
    assert table["score"].tolist() == expected.tolist()
    assert (table["silhouette"] != table["stability"]).all()


@pytest.mark.parametrize("low", ["silhouette", "stability"])
def test_weak_groups_are_called_unclear(low):
    table = scored(0.9, 0.6)
    assert "clear groups" not in suggest(table)["reason"]
    table[low] = 0.4
    assert "do not fall into clear groups" in suggest(table)["reason"]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([4], "4"), ([2, 3], "2 and 3"), ([3, 4, 5], "3 to 5"), ([2, 4, 5, 6, 9], "2, 4 to 6 and 9")],
)
def test_numbers_in_words(numbers, words):
    assert listed(numbers) == words


def test_nothing_receives_labels():
    """Only groups that were found go in, no labels that a person gave."""
    for module in pkgutil.iter_modules(aecluster.n_clusters.__path__):
        loaded = importlib.import_module(f"aecluster.n_clusters.{module.name}")
        for _, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ == loaded.__name__:
                assert not {"labels", "classes", "truth"} & set(
                    inspect.signature(function).parameters
                )


def test_the_same_seed_gives_the_same_curves():
    one, again, other = (curves(blobs(3, 60), random_state=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_mean_curves():
    tables = [pd.DataFrame({"k": [2, 3], "silhouette": [0.1, value]}) for value in (0.2, 0.4)]
    mean = mean_curves(tables)
    assert mean["k"].tolist() == [2, 3]
    np.testing.assert_allclose(mean["silhouette"], [0.1, 0.3])


@pytest.mark.parametrize(("n_images", "largest"), [(3, 2), (12, 2), (30, 6), (5000, 15)])
def test_few_images_are_not_cut_into_tiny_groups(n_images, largest):
    assert numbers_tried(n_images, n_images) == list(range(2, largest + 1))


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
    assert of_different.curves(latents, 0, equal)["k"].tolist() == [2, 3, 4, 5]
