"""Levels of groups: a tree that is computed once, and cut at several numbers."""

import inspect

import numpy as np
import pytest
from scipy.cluster.hierarchy import cut_tree
from sklearn.metrics import adjusted_rand_score

from aecluster.n_clusters import levels as module
from aecluster.n_clusters.levels import levels_of, nested, ward_tree

POINTS = np.random.default_rng(0).normal(size=(120, 4)).astype(np.float32)


def test_the_levels_are_the_cuts_of_wards_tree():
    merges, leaves = ward_tree(POINTS, random_state=0)
    assert leaves.tolist() == list(range(120))
    levels = levels_of(120)
    for groups, expected in zip(nested(merges, levels).T, cut_tree(merges, levels).T, strict=True):
        assert adjusted_rand_score(expected, groups) == 1


def test_groups_keep_their_number_where_others_split():
    merges, _ = ward_tree(POINTS, random_state=0)
    levels = list(range(2, 13))
    found = nested(merges, levels)
    for k, before, after in zip(levels, found.T, found.T[1:], strict=False):
        assert set(before) == set(range(k))
        new = after == k
        assert (after[~new] == before[~new]).all()
        (split,) = set(before[new])
        assert new.sum() <= (after == split).sum(), "the larger part keeps the number"


@pytest.mark.parametrize(
    ("n_images", "largest"), [(2, 2), (12, 2), (52, 10), (125, 25), (9999, 50)]
)
def test_few_images_have_fewer_levels(n_images, largest):
    assert levels_of(n_images)[-1] == largest


def test_two_images_are_two_groups():
    merges, leaves = ward_tree(POINTS[:2], random_state=0)
    assert sorted(nested(merges, [2])[leaves].ravel()) == [0, 1]


def test_many_images_share_the_leaves_of_their_centres(monkeypatch):
    monkeypatch.setattr(module, "CENTRES", 30)
    centres = 20 * np.eye(3)
    kinds = np.arange(120) % 3
    merges, leaves = ward_tree(centres[kinds] + POINTS[:, :3], random_state=0)
    assert leaves.shape == (120,) and leaves.max() == len(merges) <= 29
    assert adjusted_rand_score(kinds, nested(merges, [3])[leaves][:, 0]) == 1


def test_nothing_of_it_can_receive_labels():
    names = [*inspect.signature(ward_tree).parameters, *inspect.signature(nested).parameters]
    assert names == ["features", "random_state", "merges", "levels"]
