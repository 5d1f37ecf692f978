"""The choice without labels: criteria by hand and against scikit-learn; none sees a label."""

import importlib
import inspect
import pkgutil

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

import aecluster.selection
from aecluster.consensus.members import Member
from aecluster.sampling import sample_of
from aecluster.selection import choice, common_space, separation
from aecluster.selection.checkpoints import select_checkpoint
from aecluster.selection.choice import choose, rank
from aecluster.selection.criteria import CRITERIA, RULES
from aecluster.selection.modularity import modularity, nearest
from aecluster.selection.prediction_strength import prediction_strength
from aecluster.selection.reproducibility import agreement_with_others, stability
from aecluster.selection.run import describe, select
from aecluster.selection.samples import Sample

N = 300
TRUTH = np.arange(N) % 2


def found(seed, wrong, model="good", reduction="pca"):
    rng = np.random.default_rng([seed, len(model)])
    clusters = np.where(rng.random(N) < wrong, rng.integers(0, 2, N), TRUTH)
    return Member(model, seed, reduction, "kmeans", clusters.astype(np.int32))


def outliers(seed):
    return Member("collapsed", seed, "pca", "kmeans", (np.arange(N) < 3).astype(np.int32))


MEMBERS = [
    member
    for seed in range(3)
    for member in (
        found(seed, 0.1),
        found(seed, 0.3, "fair"),
        found(seed, 1.0, "random"),
        outliers(seed),
    )
]
LATENTS = [
    np.random.default_rng(seed).normal(size=(N, 5)).astype(np.float32) + 2 * TRUTH[:, None]
    for seed in range(3)
]


def test_indices_are_those_of_scikit_learn_without_the_images_left_out():
    space = np.random.default_rng(0).normal(size=(60, 3))
    clusters = np.random.default_rng(1).integers(-1, 3, 60)
    inside = clusters >= 0
    for name in choice.SEPARATION:
        expected = getattr(metrics, f"{name}_score")(space[inside], clusters[inside])
        assert getattr(separation, name)(space, clusters) == expected
        assert np.isnan(getattr(separation, name)(space, np.minimum(clusters, 0)))


def test_prediction_strength_by_hand():
    line = np.array([0, 1, 2, 3, 10, 11, 12, 13, 4, 9], dtype=float)[:, None]
    clusters = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 0])
    halves = [], []
    for i, place in enumerate(np.random.default_rng(7).permutation(10)):
        halves[place % 2].append(i)
    expected = []
    for known, asked in (halves, halves[::-1]):
        means = [line[[i for i in known if clusters[i] == group]].mean() for group in (0, 1)]
        nearest = {i: int(abs(line[i, 0] - means[1]) < abs(line[i, 0] - means[0])) for i in asked}
        parts = []
        for group in (0, 1):
            own = [i for i in asked if clusters[i] == group]
            pairs = [nearest[a] == nearest[b] for a in own for b in own if a != b]
            parts.append(np.mean(pairs))
        expected.append(min(parts))
    assert 0 < np.mean(expected) < 1
    assert prediction_strength(line, clusters, random_state=7) == pytest.approx(np.mean(expected))


def test_prediction_strength_of_groups_apart_and_at_random():
    rng = np.random.default_rng(0)
    groups = np.arange(900) % 3
    space = rng.normal(size=(900, 2)) + 20 * np.eye(3)[groups][:, :2]
    assert prediction_strength(space, groups) == 1
    assert prediction_strength(space, 5 - groups) == 1
    left_out = np.where(rng.random(900) < 0.3, -1, groups)
    assert prediction_strength(space, left_out) == 1
    at_random = rng.integers(0, 3, 900)
    blob = rng.normal(size=(900, 2))
    weak = prediction_strength(blob, at_random)
    assert weak == pytest.approx(1 / 3, abs=0.08)
    assert prediction_strength(blob, 7 - at_random) == weak
    assert prediction_strength(blob, at_random, random_state=1) != weak
    alone = np.arange(900) == 5
    far = np.where(alone[:, None], 1000, space)
    found = prediction_strength(far, np.where(alone, 3, groups))
    assert found == 0.5, "a group of one image has no pair in its half, and is not in the other"
    assert np.isnan(prediction_strength(space, np.zeros(900, dtype=int)))


def test_nearest_neighbours_are_never_the_image_itself():
    space = np.repeat(np.random.default_rng(0).normal(size=(20, 3)), 2, axis=0)
    found = nearest(space)
    assert found.shape == (40, 10) and (found != np.arange(40)[:, None]).all()
    assert (found[:, 0] == np.arange(40) ^ 1).all(), "its equal is"
    assert nearest(space[:4]).shape == (4, 3)


def test_modularity_by_its_definition():
    neighbours = nearest(np.random.default_rng(0).normal(size=(60, 3)))
    clusters = np.random.default_rng(1).integers(-1, 3, 60)
    edges = np.zeros((60, 60))
    for image, near in enumerate(neighbours):
        edges[image, near] += 1
        edges[near, image] += 1
    ends = edges.sum(1)
    expected = 0.0
    for i in range(60):
        for j in range(60):
            if i == j or clusters[i] == clusters[j] >= 0:
                expected += edges[i, j] - ends[i] * ends[j] / ends.sum()
    assert modularity(neighbours, clusters) == pytest.approx(expected / ends.sum())
    assert modularity(neighbours, 7 - np.abs(clusters)) != modularity(neighbours, clusters)


def test_modularity_of_one_image_is_not_known():
    assert np.isnan(modularity(nearest(np.zeros((1, 3))), np.array([0])))


def test_modularity_of_groups_apart_at_random_and_few_outliers():
    rng = np.random.default_rng(0)
    groups = np.arange(900) % 3
    neighbours = nearest(rng.normal(size=(900, 2)) + 20 * np.eye(3)[groups][:, :2])
    assert modularity(neighbours, groups) == pytest.approx(2 / 3, abs=0.01)
    assert modularity(neighbours, 5 - groups) == pytest.approx(modularity(neighbours, groups))
    assert modularity(neighbours, rng.integers(0, 3, 900)) == pytest.approx(0, abs=0.03)
    assert modularity(neighbours, np.minimum(np.arange(900) // 5, 2)) < 0.05
    left_out = np.where(rng.random(900) < 0.3, -1, groups)
    assert modularity(neighbours, left_out) < 0.7 * modularity(neighbours, groups)
    assert np.isnan(modularity(neighbours, np.zeros(900, dtype=int)))


def test_neighbours_are_sought_in_pretrained_features_where_there_are_some():
    members = [
        found(0, 0.05),
        Member("other", 0, "pca", "kmeans", np.arange(N, dtype=np.int32) // 150),
    ]
    halves = np.repeat([[0.0], [9.0]], 150, axis=0)
    features = np.random.default_rng(0).normal(size=(N, 4)) + halves

    def found_with(**given):
        return select(members, LATENTS, "modularity", **given).set_index("model")

    def chosen(**given):
        table = found_with(**given)
        return table.index[table["chosen"]].tolist()

    assert chosen() == ["good"], "in the space of all latents"
    all_images = np.arange(N)
    of_all = Sample(all_images, features)
    assert chosen(features=[of_all]) == ["other"]
    few = np.sort(np.random.default_rng(1).permutation(N)[:80])
    of_few = Sample(few, features[few])
    assert chosen(features=[of_few]) == ["other"], "of 80 images"
    latents = Sample(all_images, LATENTS[0])
    of_each = [found_with(features=[one])["modularity"] for one in (of_few, latents)]
    of_both = found_with(features=[of_few, latents])["modularity"]
    assert of_both.tolist() == pytest.approx(sum(of_each) / 2)


def test_features_of_a_sample_are_those_of_the_images_looked_at():
    """The members are of a third of the images; what is known of the others has no say."""
    third = np.arange(1, 3 * N, 3)
    of_all = np.random.default_rng(0).normal(size=(3 * N, 2))
    of_all[third] += 20 * TRUTH[:, None]
    few = np.sort(np.random.default_rng(1).permutation(3 * N)[:200])
    sample = Sample(few, of_all[few])
    inside = sample.among(third)
    assert 0 < len(inside.images) < 200
    np.testing.assert_array_equal(inside.of, of_all[third][inside.images])
    assert sample.among(None) is sample
    latents = [np.zeros((3 * N, 5), np.float32)]
    members = [Member("good", 0, "pca", "kmeans", TRUTH.astype(np.int32)), found(0, 1.0, "random")]
    table = select(members, latents, "modularity", images=third, features=[sample])
    assert table.set_index("model")["modularity"].tolist() == pytest.approx([0.5, 0], abs=0.15)


@pytest.mark.parametrize(("n", "size", "drawn"), [(50, 80, 50), (200, 80, 80)])
def test_a_sample_is_sorted_and_the_same_each_time(n, size, drawn):
    found = sample_of(n, size)
    assert len(np.unique(found)) == drawn and (np.diff(found) > 0).all() and found.max() < n
    np.testing.assert_array_equal(found, sample_of(n, size))


def test_the_common_space_of_one_block_is_its_principal_components():
    block = np.random.default_rng(0).normal(size=(40, 6)) * [1, 2, 3, 4, 5, 6]
    standard = (block - block.mean(0)) / block.std(0)
    u, s, _ = np.linalg.svd(standard, full_matrices=False)
    found = common_space.common_space([block.astype(np.float32)], dimensions=4)
    assert np.abs(found) == pytest.approx(np.abs(u * s / s[0])[:, :4], abs=1e-5)


def test_no_model_outweighs_the_others_in_the_common_space():
    rng = np.random.default_rng(0)
    small, wide = rng.normal(size=(50, 3)), np.repeat(rng.normal(size=(50, 3)), 40, axis=1)
    space = common_space.common_space([small, 1000 * wide + 7, np.ones((50, 2))])
    for block in (small, wide):
        standard = (block - block.mean(0)) / block.std(0)
        first = np.linalg.svd(standard, full_matrices=False)[0][:, 0]
        explained = np.linalg.norm(space.T @ first)
        assert 0.99 < explained < 1.5


def test_stability_and_agreement_by_hand():
    agreement = np.array(
        [[1, 0.5, 0.3, 0.1], [0.5, 1, 0.9, 0.7], [0.3, 0.9, 1, 0.2], [0.1, 0.7, 0.2, 1]]
    )
    runs = [("a", 0), ("a", 1), ("a", 0), ("b", 0)]
    own = np.array([0, 1])
    assert stability(agreement, own) == 0.5 and np.isnan(stability(agreement, own[:1]))
    # 0 meets 1 and 3, but not 2, which is of the same run; 1 meets 0, 2 and 3
    expected = ((2 * 0.5 + 4 * 0.1) / 6 + (1 * 0.5 + 3 * 0.9 + 4 * 0.7) / 8) / 2
    weights = np.array([1, 2, 3, 4])
    assert agreement_with_others(agreement, own, runs, weights) == pytest.approx(expected)
    assert np.isnan(agreement_with_others(agreement[::2, ::2], own[:1], runs[::2], weights[::2]))


def criteria(**columns):
    table = pd.DataFrame({"eligible": True, **columns})
    return table.reindex(columns=["eligible", *CRITERIA])


def test_ranks_and_their_mean_by_hand():
    table = criteria(
        silhouette=[0.3, 0.2, 0.1],
        calinski_harabasz=[9, 8, 7],
        davies_bouldin=[1, 2, 3],
        stability=[0.1, 0.9, 0.5],
        agreement=[0.2, 0.6, 0.6],
    )
    ranked = rank(table)
    assert ranked["rank_davies_bouldin"].tolist() == [1, 2, 3]
    assert ranked["rank_agreement"].tolist() == [3, 1.5, 1.5]
    assert ranked["mean_rank"].tolist() == pytest.approx([7 / 3, 4.5 / 3, 6.5 / 3])
    assert choose(ranked, "mean_rank") == 1 and choose(ranked, "silhouette") == 0
    assert choose(ranked, "agreement") == 1, "of equals the one with the better mean rank"


def test_configurations_that_are_not_eligible_have_no_rank():
    table = criteria(silhouette=[0.9, 0.1], stability=[1, 0.2])
    table["eligible"] = [False, True]
    ranked = rank(table)
    assert ranked["rank_stability"].isna().tolist() == [True, False]
    assert choose(ranked, "stability") == 1
    table["eligible"] = False
    assert choose(rank(table), "stability") is None


@pytest.mark.parametrize("name", ["prediction_strength", "modularity"])
def test_what_came_later_has_no_part_in_the_mean_rank(name):
    known = {"silhouette": [0.3, 0.2], "stability": [0.5, 0.4], "agreement": [0.6, 0.5]}
    ranked = rank(criteria(**known, **{name: [0.1, 0.9]}))
    assert ranked["mean_rank"].tolist() == rank(criteria(**known))["mean_rank"].tolist() == [1, 2]
    assert choose(ranked, name) == 1


def test_what_is_not_known_has_no_say():
    ranked = rank(criteria(silhouette=[0.1, 0.2], agreement=[0.5, np.nan]))
    assert ranked["rank_stability"].isna().all() and ranked["rank_agreement"].tolist() == [1, 2]
    assert choose(ranked, "stability") == choose(ranked, "mean_rank")


@pytest.mark.parametrize("criterion", RULES)
def test_the_good_configuration_is_chosen_by_each_criterion(criterion):
    table = select(MEMBERS, LATENTS, criterion)
    assert table.loc[table["chosen"], "model"].tolist() == ["good"]
    assert table.set_index("model")["eligible"].to_dict() == {
        "good": True, "fair": True, "random": True, "collapsed": False,
    }  # fmt: skip
    assert table["stability"].iloc[-1] == pytest.approx(1), "which stability alone would choose"
    assert describe(table, criterion)["chosen"]["model"] == "good"


def test_names_of_clusters_do_not_matter():
    renamed = [
        Member(m.model, m.seed, m.reduction, m.clustering, (5 - m.clusters).astype(np.int32))
        for m in MEMBERS
    ]
    one, other = select(MEMBERS, LATENTS, "mean_rank"), select(renamed, LATENTS, "mean_rank")
    pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=1e-9)


def test_other_numbers_of_clusters_are_not_eligible():
    three = [
        Member("three", s, "pca", "kmeans", np.arange(N, dtype=np.int32) % 3) for s in range(3)
    ]
    table = select(MEMBERS + three, LATENTS, "mean_rank", n_clusters=3)
    assert table.loc[table["eligible"], "model"].tolist() == ["three"]
    assert table.loc[table["chosen"], "model"].tolist() == ["three"]


def test_one_seed_and_one_configuration():
    table = select(MEMBERS[:1], LATENTS[:1], "stability")
    assert table["chosen"].tolist() == [True] and np.isnan(table["stability"][0])


def test_checkpoints_are_chosen_by_stability():
    rng = np.random.default_rng(0)
    early = [rng.integers(0, 2, N) for _ in range(3)]
    middle = [TRUTH, 1 - TRUTH, TRUTH]
    late = [found(seed, 0.2).clusters for seed in range(3)]
    nearly_one = [(np.arange(N) < 2).astype(int)] * 3
    clusters = np.array([early, middle, late, nearly_one]).swapaxes(0, 1)
    table = select_checkpoint(np.array([1, 2, 3, 4]), clusters)
    assert table["stability"].tolist()[1] == table["stability"].tolist()[3] == 1
    assert table["chosen"].tolist() == [False, True, False, False], "not the collapsed one"
    again = select_checkpoint(np.array([1, 2, 3]), clusters[:, [1, 1, 2]])
    assert again["chosen"].tolist() == [False, True, False], "of equals the later"
    alone = select_checkpoint(np.array([1, 2]), clusters[:1, :2])
    assert alone["chosen"].tolist() == [False, True] and alone["stability"].isna().all()


def test_no_function_takes_labels():
    names = {"labels", "y", "y_true", "classes", "class_names", "truth", "accuracy", "scores"}
    modules = [module.name for module in pkgutil.iter_modules(aecluster.selection.__path__)]
    assert len(modules) >= 6
    for module in modules:
        loaded = importlib.import_module(f"aecluster.selection.{module}")
        for _, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__.startswith("aecluster.selection"):
                assert not names & set(inspect.signature(function).parameters), function
        assert "aecluster.scoring" not in inspect.getsource(loaded)
