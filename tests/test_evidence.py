"""Intervals, permuted labels, and what is chosen without labels beside what the labels choose."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from score_tables import scores_of

from aecluster.clusterings.file import save_clusters
from aecluster.consensus.file import save_consensus
from aecluster.jobs.artifacts import load_array, load_json
from aecluster.metrics.accuracy import accuracy
from aecluster.page.tables import choices_row
from aecluster.report.checkpoints import checkpoints_section
from aecluster.report.choices import choices_section, criteria_section
from aecluster.report.intervals import intervals_section
from aecluster.report.markdown import section_to_markdown
from aecluster.selection.choice import rank
from aecluster.selection.criteria import CRITERIA, RULES
from aecluster.statistics.bootstrap import accuracy_intervals
from aecluster.statistics.choices import (
    CHOSEN,
    EVERY,
    HALVES,
    OF_ALL,
    OF_EACH,
    ORACLE,
    follow_accuracy,
    side_by_side,
)  # fmt: skip
from aecluster.statistics.comparisons import compare
from aecluster.statistics.evidence import evidence_table, read_labellings
from aecluster.statistics.null import null_accuracies, p_of_null

# Intervals


def test_the_interval_of_one_labelling_is_that_of_scipy():
    right = np.random.default_rng(0).random(500) < 0.8
    [(low, high)] = accuracy_intervals(right[None], [np.array([0])], n_resamples=4000)
    expected = stats.bootstrap(
        (right,), np.mean, method="percentile", n_resamples=4000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert (low, high) == pytest.approx(tuple(expected), abs=0.004)
    assert low < right.mean() < high


def test_seeds_that_differ_widen_the_interval():
    rng = np.random.default_rng(0)
    alike = rng.random((5, 400)) < 0.7
    apart = rng.random((5, 400)) < np.array([0.5, 0.6, 0.7, 0.8, 0.9])[:, None]
    intervals = accuracy_intervals(np.vstack([alike, apart]), [np.arange(5), np.arange(5, 10)])
    narrow, wide = (high - low for low, high in intervals)
    assert wide > 3 * narrow
    # sd of the mean of 5 of the values 0.5 to 0.9
    assert wide == pytest.approx(2 * 1.96 * np.std([0.5, 0.6, 0.7, 0.8, 0.9]) / np.sqrt(5), rel=0.2)


def test_intervals_cover_the_truth():
    """In 95 of 100 samples; here for single labellings, where nothing but images is drawn."""
    right = np.random.default_rng(3).random((300, 200)) < 0.75
    ends = accuracy_intervals(right, [np.array([k]) for k in range(300)])
    inside = np.mean([low <= 0.75 <= high for low, high in ends])
    assert 0.9 < inside < 0.98


def test_the_order_of_the_configurations_changes_no_interval():
    right = np.random.default_rng(4).random((12, 100)) < 0.7
    configurations = [np.arange(start, start + 3) for start in (0, 3, 6, 9)]
    intervals = accuracy_intervals(right, configurations)
    assert accuracy_intervals(right, configurations[::-1]) == intervals[::-1]
    rows = np.concatenate(configurations[::-1])  # the labellings in another order, too
    assert accuracy_intervals(right[rows], configurations) == intervals[::-1]


# Permuted labels


@pytest.mark.parametrize("n_clusters, n_classes, missing", [(2, 2, 0), (3, 3, 7), (5, 2, 4)])
def test_drawn_tables_are_permutations(n_clusters, n_classes, missing):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, n_classes, 60)
    labels[:5] = -1
    clusters = rng.integers(0, n_clusters, 60)
    clusters[20 : 20 + missing] = -1
    everything = np.ones(60, bool)
    permuted = []
    for _ in range(1500):
        mixed = labels.copy()
        mixed[5:] = rng.permutation(labels[5:])
        permuted.append(accuracy(clusters, mixed, everything, n_permutations=1).overall)
    drawn = null_accuracies(clusters, labels, n_permutations=1500)
    assert drawn.mean() == pytest.approx(np.mean(permuted), abs=0.005)
    assert np.quantile(drawn, 0.95) == pytest.approx(np.quantile(permuted, 0.95), abs=0.02)


def test_images_without_a_cluster_are_never_right_by_chance():
    labels = np.arange(40) % 2
    assert (null_accuracies(np.full(40, -1), labels, n_permutations=9) == 0).all()
    assert (null_accuracies(np.where(labels, 0, -1), labels, n_permutations=9) <= 0.5).all()


def test_p_counts_the_observed_one():
    assert p_of_null(0.9, np.full(99, 0.5)) == 0.01
    assert p_of_null(0.5, np.full(99, 0.5)) == 1


# Tables


@pytest.fixture
def folder(tmp_path):
    """Two seeds: `good` has 0.9 of 40 images right, `fair` 0.8 and 0.9, `poor` 0.5 and 0.65."""
    labels = np.arange(40) % 2
    np.save(tmp_path / "labels.npy", labels)
    (tmp_path / "dataset.json").write_text('{"split": {"public": 0.5, "seed": 0}}')
    wrong = {"good": (4, 4), "fair": (8, 4), "poor": (20, 14)}
    for model, numbers in wrong.items():
        for seed, number in enumerate(numbers):
            run = tmp_path / model / f"seed{seed}"
            (run / "pca").mkdir(parents=True)
            np.save(run / "pca/embedding.npy", labels[:, None].astype("float32"))
            save_clusters(
                run / "pca/kmeans/clusters.csv", np.arange(40) % 2 ^ (np.arange(40) < number)
            )
            (run / "reconstruction.json").write_text('{"mse": 0.1}')
    for place, number in (("", 2), ("seed0/", 6), ("seed1/", 4)):
        groups = np.arange(40) % 2 ^ (np.arange(40) < number)
        save_consensus(tmp_path / f"consensus/{place}clusters.csv", groups, np.ones(40))
    return tmp_path


CELLS = [[model, s, "pca", "kmeans"] for model in ("fair", "good", "poor") for s in (0, 1)]


def tables(folder):
    scores = scores_of(folder, [[*cell, []] for cell in CELLS], [[0, []], [1, []]])
    files = [folder / m / f"seed{s}" / r / c / "clusters.csv" for m, s, r, c in CELLS]
    consensus = [folder / f"consensus/{place}clusters.csv" for place in ("", "seed0/", "seed1/")]
    labels = load_array(folder / "labels.npy")
    split = load_json(folder / "dataset.json")["split"]
    labellings = read_labellings(CELLS, files, consensus, len(labels))
    return scores, evidence_table(labels, split, labellings)


def selection(chosen="fair", halves="good"):
    table = pd.DataFrame({"model": ["fair", "good", "poor"], "reduction": "pca"})
    table = table.assign(clustering="kmeans", eligible=True, stability=[0.5, 0.9, 0.1])
    for name in CRITERIA:
        if name not in table:
            table[name] = np.nan
    table = rank(table)
    return table.assign(chosen=table["model"] == chosen, chosen_on_public=table["model"] == halves)


def test_evidence(folder):
    _, evidence = tables(folder)
    assert evidence["model"].tolist() == ["fair", "good", "poor", "consensus", "consensus"]
    assert evidence["accuracy"].tolist() == pytest.approx([0.85, 0.9, 0.575, 0.875, 0.95])
    assert evidence["n"].tolist() == [2, 2, 2, 2, 1]
    assert (evidence["accuracy_low"] < evidence["accuracy"]).all()
    assert (evidence["accuracy_high"] > evidence["accuracy"]).all()
    assert evidence["p_null"].iloc[0] < 0.01 and evidence["p_null"].iloc[2] > 0.5
    assert evidence["null_level"].between(0.55, 0.75).all()
    assert evidence["chance"].between(0.5, 0.7).all()
    text = section_to_markdown(intervals_section(evidence))
    chance = evidence["chance"].iloc[1]
    assert f"| good | pca | kmeans | 0.900 | {chance:.3f} | 0." in text


def test_side_by_side(folder):
    scores, evidence = tables(folder)
    found = side_by_side(scores, evidence, selection()).set_index("what")
    assert list(found.index) == [CHOSEN, EVERY, ORACLE, OF_EACH, OF_ALL, HALVES]
    assert found["accuracy"].tolist()[:5] == pytest.approx([0.85, 0.775, 0.9, 0.875, 0.95])
    assert found.loc[EVERY, "n"] == 6, "the consensus is no configuration"
    assert found.loc[CHOSEN, "model"] == "fair" and found.loc[ORACLE, "model"] == "good"
    assert found.loc[CHOSEN, "sd"] == pytest.approx(np.std([0.8, 0.9], ddof=1))
    private = scores[scores["model"] == "good"]["accuracy_private"]
    assert found.loc[HALVES, "accuracy"] == pytest.approx(private.mean())
    assert found["chance"].between(0.5, 0.7).all(), "each column has one"
    text = section_to_markdown(choices_section(found.reset_index(), "stability"))
    assert "| accuracy | 0.850 ± 0.071 |" in text and "Selected by `stability`" in text
    assert "the public images alone select `good`, `pca`, `kmeans`" in text
    assert f"(chance {found.loc[HALVES, 'chance']:.3f})." in text
    chance = " | ".join(f"{v:.3f}" for v in found["chance"].drop(HALVES))
    assert f"| chance | {chance} |" in text


@pytest.mark.parametrize("seed", [0, 1])
def test_a_choice_with_a_seed_of_purity_is_compared_with_purity(folder, seed):
    scores, evidence = tables(folder)
    of_chosen = (scores["model"] == "fair") & (scores["seed"] == seed)
    scores.loc[of_chosen | (scores["model"] == "poor"), "matching"] = "many-to-one"
    found = side_by_side(scores, evidence, selection()).set_index("what")
    assert found.loc[EVERY, "n"] == 4 and found.loc[ORACLE, "model"] == "fair"


def test_nothing_chosen_and_no_labels(folder):
    scores, evidence = tables(folder)
    text = section_to_markdown(
        choices_section(side_by_side(scores, evidence, selection("none", "none")), "stability")
    )
    assert "None selected: every configuration" in text and "oracle" in text
    np.save(folder / "labels.npy", np.full(40, -1))
    scores, evidence = tables(folder)
    assert evidence.empty and intervals_section(evidence) is None
    text = section_to_markdown(
        choices_section(side_by_side(scores, evidence, selection()), "stability")
    )
    assert "`fair`, `pca`, `kmeans`, by `stability`" in text and "no labels" in text
    criteria = section_to_markdown(
        criteria_section(follow_accuracy(scores, selection()), "stability")
    )
    assert "no labels" in criteria and "nan" not in text + criteria


def test_more_groups_than_classes_are_never_called_accurate(folder):
    groups = np.arange(40) % 3
    for file in folder.glob("*/seed*/pca/kmeans/clusters.csv"):
        save_clusters(file, groups)
    for file in folder.glob("consensus/**/clusters.csv"):
        save_consensus(file, groups, np.ones(40))
    scores, evidence = tables(folder)
    choices = side_by_side(scores, evidence, selection())
    criteria = follow_accuracy(scores, selection())
    assert set(evidence["matching"]) == set(choices["matching"]) == {"many-to-one"}
    assert set(criteria["matching"].dropna()) == {"many-to-one"}
    progress = pd.DataFrame({"model": "a", "epoch": [1], "accuracy": 1.0, "chance": 0.6})
    progress = progress.assign(n_images=9, matching="many-to-one")
    checkpoints = pd.DataFrame({"model": "a", "epoch": [1], "stability": 1.0, "chosen": True})
    sections = [
        choices_section(choices, "stability"),
        criteria_section(criteria, "stability"),
        intervals_section(evidence),
        checkpoints_section(checkpoints, progress),
    ]
    for text in map(section_to_markdown, sections):
        assert "purity" in text and "ccura" not in text
    assert choices_row(choices)["name"] == "purity"
    evidence.loc[0, "matching"] = "one-to-one"
    lines = section_to_markdown(intervals_section(evidence)).splitlines()
    assert [line.split(" | ")[0] for line in lines[4:]] == ["| accuracy", *["| purity"] * 4]


def test_criteria_that_follow_accuracy(folder):
    scores, _ = tables(folder)
    found = follow_accuracy(scores, selection()).set_index("criterion")
    assert list(found.index) == RULES
    assert found.loc["stability", "rank_correlation"] == pytest.approx(1)
    assert found.loc["stability", "model"] == "good"
    assert found.loc["stability", "accuracy"] == pytest.approx(0.9)
    chance = scores[scores["model"] == "good"]["chance"].mean()
    assert found.loc["stability", "chance"] == pytest.approx(chance)
    assert np.isnan(found.loc["silhouette", "rank_correlation"])
    text = section_to_markdown(criteria_section(found.reset_index(), "stability"))
    assert f"| `good`, `pca`, `kmeans` | 0.900 ± 0.000 | {chance:.3f} |" in text
    assert "| **stability** | +1.00 | 3 |" in text and "| silhouette | - | 0 | - | - |" in text


def test_permuted_labels_change_the_oracle_and_not_the_choice(folder):
    scores, evidence = tables(folder)
    before = side_by_side(scores, evidence, selection()).set_index("what")
    labels = np.load(folder / "labels.npy")
    np.save(folder / "labels.npy", labels ^ (np.arange(40) < 20))
    scores, evidence = tables(folder)
    after = side_by_side(scores, evidence, selection()).set_index("what")
    assert after.loc[CHOSEN, "model"] == before.loc[CHOSEN, "model"]
    assert after.loc[ORACLE, "model"] == "poor"


def test_the_chosen_configuration_is_compared_with_all_others(folder):
    scores, _ = tables(folder)
    chosen = {"model": "good", "reduction": "pca", "clustering": "kmeans"}
    rows = compare(scores, chosen).query("family == 'chosen'")
    assert set(rows["a"]) == {"good, pca, kmeans"}
    assert rows["b"].tolist() == [
        "fair, pca, kmeans", "poor, pca, kmeans", "consensus, votes, consensus",
    ]  # fmt: skip
    assert rows["difference"].tolist() == pytest.approx([0.05, 0.325, 0.025])
    scores.loc[scores["model"] == "poor", "matching"] = "many-to-one"
    assert len(compare(scores, chosen).query("family == 'chosen'")) == 2
    assert compare(scores).query("family == 'chosen'").empty


def test_checkpoints_beside_the_last_and_the_best():
    checkpoints = pd.DataFrame(
        {"model": "a", "epoch": [1, 2, 3], "stability": [0.1, 0.8, 0.3], "chosen": [0, 1, 0]}
    )
    progress = pd.DataFrame(
        {"model": "a", "seed": [0, 0, 0, 1, 1, 1], "epoch": [1, 2, 3] * 2}
    ).assign(
        accuracy=[0.9, 0.7, 0.6, 0.8, 0.6, 0.6], chance=0.5, matching="one-to-one", n_images=99
    )
    text = section_to_markdown(checkpoints_section(checkpoints, progress))
    assert (
        "| a | 2 of 3 | 0.800 | 0.650 ± 0.071 | 0.600 ± 0.000 | 0.850 ± 0.071 (epoch 1) | 0.500 |"
        in text
    )
    text = section_to_markdown(
        checkpoints_section(checkpoints, progress.assign(accuracy=np.nan, chance=np.nan))
    )
    assert "| a | 2 of 3 | 0.800 |" in text and "best" not in text and "drawn" not in text
    text = section_to_markdown(checkpoints_section(checkpoints, progress.assign(n_images=20_000)))
    assert "Computed on a random sample of 1,000 images if there are more." in text
