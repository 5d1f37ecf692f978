"""The consensus of labellings: names do not matter, bad members do no harm, no labels are seen."""

import inspect

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from aecluster.consensus import agreement, members, run, vote, weights
from aecluster.consensus.agreement import adjusted_rand
from aecluster.consensus.file import load_consensus, save_consensus
from aecluster.consensus.members import Member, common_number
from aecluster.consensus.run import find_consensus, member_table
from aecluster.consensus.vote import aligned_vote
from aecluster.consensus.weights import agreement_weights
from aecluster.errors import InputError

TRUTH = np.random.default_rng(0).integers(0, 3, 400)


def noisy(truth, wrong, seed):
    """A labelling in which a part of the images is in a group at random, under random names."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(truth.max() + 1)
    found = np.where(rng.random(len(truth)) < wrong, rng.integers(0, 3, len(truth)), truth)
    return names[found]


def member(clusters, model="a", seed=0, reduction="pca"):
    return Member(model, seed, reduction, "kmeans", np.asarray(clusters, np.int32))


def some_members(n=9, wrong=0.4):
    return [member(noisy(TRUTH, wrong, k), "ab"[k % 2], k) for k in range(n)]


def agreement_with_truth(labels):
    return adjusted_rand_score(TRUTH, labels)


# Agreement


@pytest.mark.parametrize("at_once", [2, 64])
def test_agreement_is_the_adjusted_rand_index_of_scikit_learn(monkeypatch, at_once):
    monkeypatch.setattr(agreement, "_AT_ONCE", at_once)
    rng = np.random.default_rng(1)
    labellings = np.array([rng.integers(-1, k, 300) for k in (2, 3, 5, 2)] + [TRUTH[:300]])
    expected = [[adjusted_rand_score(a, b) for b in labellings] for a in labellings]
    assert adjusted_rand(labellings) == pytest.approx(np.array(expected), abs=1e-12)


def test_one_group_agrees_with_nothing():
    found = adjusted_rand(np.array([np.zeros(50, int), np.zeros(50, int), TRUTH[:50]]))
    assert found == pytest.approx(np.diag([0, 0, 1.0]))


def test_agreement_on_a_sample(monkeypatch):
    labellings = np.array([m.clusters for m in some_members()])
    whole = adjusted_rand(labellings)
    monkeypatch.setattr(agreement, "SAMPLE", 300)
    sample = adjusted_rand(labellings)
    assert not np.array_equal(sample, whole) and sample == pytest.approx(whole, abs=0.1)
    assert np.array_equal(sample, adjusted_rand(labellings))


# Weights


def test_weights_are_a_fixed_point_and_leave_the_own_run_out():
    agreement = np.array([[1, 0.9, 0.2], [0.9, 1, 0.4], [0.2, 0.4, 1]])
    w = agreement_weights(agreement, ["x", "x", "y"])
    # x's members meet y alone; y meets both, each as much as it counts.
    of_y = (w[0] * 0.2 + w[1] * 0.4) / (w[0] + w[1])
    assert w == pytest.approx(np.array([0.2, 0.4, of_y]) / (0.6 + of_y))


def test_one_run_is_compared_within():
    agreement = np.array([[1, 0.5, 0.5], [0.5, 1, 0.1], [0.5, 0.1, 1]])
    w = agreement_weights(agreement, ["x"] * 3)
    assert w[0] == w.max() and w[1] == pytest.approx(w[2])


def test_what_disagrees_has_no_say():
    agreement = np.array([[1, 0.5, -0.2], [0.5, 1, -0.2], [-0.2, -0.2, 1]])
    assert agreement_weights(agreement, [0, 1, 2]) == pytest.approx([0.5, 0.5, 0])


@pytest.mark.parametrize("agreement", [[[1.0]], [[1, -0.2], [-0.2, 1]]])
def test_without_agreement_all_count_the_same(agreement):
    n = len(agreement)
    assert agreement_weights(np.array(agreement), list(range(n))) == pytest.approx([1 / n] * n)


# The vote


def test_a_vote_by_hand():
    labellings = np.array([[0, 0, 1, 1], [1, 1, 0, 0], [5, 9, 9, 5]])
    labels, confidence, _ = aligned_vote(labellings, np.array([3, 2, 1]), 2)
    assert labels.tolist() == [0, 0, 1, 1]
    assert confidence == pytest.approx([1, 5 / 6, 1, 5 / 6]) or confidence == pytest.approx(
        [5 / 6, 1, 5 / 6, 1]
    )


def test_no_vote_lowers_the_confidence_and_no_votes_give_no_group():
    labellings = np.array([[0, 0, 0, 1, -1], [0, -1, 0, 1, -1]])
    labels, confidence, _ = aligned_vote(labellings, np.ones(2), 2)
    assert labels.tolist() == [0, 0, 0, 1, -1]
    assert confidence == pytest.approx([1, 0.5, 1, 1, 0])


def test_groups_are_numbered_by_size():
    labels, _, _ = aligned_vote(np.array([[2, 0, 0, 1, 1, 1]]), np.ones(1), 3)
    assert labels.tolist() == [2, 1, 1, 0, 0, 0]


def test_where_each_labelling_is_outvoted_the_heaviest_stands():
    """Another image is apart in each."""
    labellings, weights = np.eye(3, 6, dtype=int), np.array([2, 3, 2])
    labels, confidence, runner_up = aligned_vote(labellings, weights, 2)
    assert labels.tolist() == [0, 1, 0, 0, 0, 0]
    assert confidence == pytest.approx(np.array([5, 3, 5, 7, 7, 7]) / 7)
    assert runner_up.tolist() == [1, 0, 1, -1, -1, -1]
    noise_in_heaviest = np.where(np.arange(6) == 5, -1, labellings)
    noise_in_heaviest[[0, 2], 5] = 0
    one_group = np.zeros((1, 6), int)
    labellings = np.vstack([noise_in_heaviest, one_group])
    labels, confidence, _ = aligned_vote(labellings, np.array([2, 3, 2, 4]), 2)
    assert labels.tolist() == [0, 1, 0, 0, 0, 0] and confidence[5] == pytest.approx(8 / 11)


# The consensus


@pytest.mark.parametrize("seed", range(5))
def test_names_of_clusters_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    before = some_members()
    after = [
        Member(m.model, m.seed, m.reduction, m.clustering, rng.permutation(7)[m.clusters])
        for m in before
    ]
    for a, b in zip(find_consensus(before, 3), find_consensus(after, 3), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("n", [2, 3, 9])
def test_the_order_of_the_members_changes_nothing(n):
    """Two that disagree have the same weight: which of them is first decides no group."""
    members = some_members(n, wrong=0.8)
    labels, confidence, second, weights = find_consensus(members, 3)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(n)
        mixed = [members[k] for k in order]
        found = find_consensus(mixed, 3)
        assert np.array_equal(found.labels, labels)
        assert np.array_equal(found.confidence, confidence)
        assert np.array_equal(found.weights, weights[order])
        assert np.array_equal(found.runner_up, second)


def test_the_consensus_is_better_than_its_members():
    found = some_members()
    labels, confidence, _, w = find_consensus(found, 3)
    alone = max(agreement_with_truth(m.clusters) for m in found)
    assert agreement_with_truth(labels) > alone + 0.2
    assert w.sum() == pytest.approx(1) and (w > 0).all()
    right = confidence[_matched(labels) == TRUTH].mean()
    assert right > confidence[_matched(labels) != TRUTH].mean() + 0.1, "unsure where it is wrong"


def _matched(labels):
    names = [np.bincount(TRUTH[labels == k]).argmax() for k in range(3)]
    return np.array(names)[labels]


def test_collapsed_and_random_members_do_no_harm():
    good = some_members(7, wrong=0.2)
    rng = np.random.default_rng(5)
    one_group = np.zeros(400, int)
    one_group[:2] = [1, 2]
    bad = [member(one_group, "collapsed", seed) for seed in range(7)]
    bad += [member(rng.integers(0, 3, 400), "random", seed) for seed in range(7)]
    labels, confidence, _, w = find_consensus(good + bad, 3)
    assert (w[7:14] == 0).all() and w[14:].sum() < 0.02
    assert agreement_with_truth(labels) > agreement_with_truth(find_consensus(good, 3)[0]) - 0.03
    assert confidence.mean() > 0.75


def test_where_all_are_collapsed_all_vote():
    clusters = np.arange(100) == 0
    *_, w = find_consensus([member(clusters, seed=seed) for seed in range(2)], 2)
    assert w.tolist() == [0.5, 0.5]


def test_members_have_the_same_number_of_clusters():
    two = [member(TRUTH % 2, seed=seed) for seed in range(3)]
    three = [member(TRUTH, seed=seed) for seed in range(4)]
    assert common_number(two + three) == 3 and common_number(two + three, 2) == 2
    assert common_number(two + three[:3]) == 2, "of equally frequent numbers the smallest"
    assert common_number([member(np.zeros(9))] * 5 + two) == 2, "one group is no grouping"
    _, confidence, _, w = find_consensus(two + three, 3)
    assert w.tolist() == [0] * 3 + [0.25] * 4 and (confidence == 1).all()
    assert member_table(two + three, w)["weight"].tolist() == w.tolist()
    with pytest.raises(InputError, match=r"consensus.n_clusters is 5, but .* use one of 2"):
        common_number(two, 5)


def test_noise_is_no_cluster():
    assert member([0, 1, -1]).n_clusters == 2


@pytest.mark.parametrize("clusters, label", [([-1] * 4, -1), ([3] * 4, 0)])
def test_no_groups_at_all(clusters, label):
    only = [member(clusters, seed=seed) for seed in range(2)]
    labels, confidence, *_ = find_consensus(only, common_number(only))
    assert set(labels) == {label} and set(confidence) == {float(label == 0)}


def test_nothing_takes_labels():
    for module in (agreement, members, run, vote, weights):
        for _, function in inspect.getmembers(module, inspect.isfunction):
            arguments = set(inspect.signature(function).parameters)
            assert not arguments & {"true_labels", "classes", "class_names", "truth", "accuracy"}


def test_files_come_back_and_damaged_ones_are_named(tmp_path):
    labels, confidence = np.array([1, 0, -1]), np.array([0.5, 1, 0])
    save_consensus(tmp_path / "c.csv", labels, confidence)
    assert (tmp_path / "c.csv").read_text().splitlines()[1] == "0,1,0.500000"
    loaded = load_consensus(tmp_path / "c.csv", 3)
    assert np.array_equal(loaded[0], labels) and np.array_equal(loaded[1], confidence)
    with pytest.raises(InputError, match="not a whole consensus of 4 images"):
        load_consensus(tmp_path / "c.csv", 4)
    (tmp_path / "c.csv").write_text("id,label,confidence\n0,a,b\n")
    with pytest.raises(InputError, match="delete it"):
        load_consensus(tmp_path / "c.csv", 1)
