"""Scores: one matching of clusters to classes, chance beside it, spread over seeds."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from score_tables import scores_of

from aecluster.clusterings.file import save_clusters
from aecluster.errors import InputError
from aecluster.jobs.checksums import checksum_file
from aecluster.metrics import silhouette as silhouette_module
from aecluster.metrics.accuracy import accuracy
from aecluster.metrics.matching import contingency, match, n_matched
from aecluster.metrics.registry import METRICS, compute_metrics
from aecluster.metrics.silhouette import silhouette
from aecluster.report.markdown import to_markdown
from aecluster.report.summary import score_sections
from aecluster.scoring.costs import Job, cost
from aecluster.scoring.split import public_mask
from aecluster.scoring.summary import read_scores, summarise
from aecluster.scoring.table import COLUMNS


def score(clusters, labels, public=None):
    clusters, labels = np.array(clusters), np.array(labels)
    public = np.ones(len(labels), bool) if public is None else np.array(public, bool)
    return accuracy(clusters, labels, public)


def brute_force(clusters, labels):
    """Return the best part of right images over all one-to-one matchings."""
    classes = [c for c in np.unique(labels) if c >= 0]
    groups = [g for g in np.unique(clusters) if g >= 0]
    labelled = labels >= 0
    best = 0
    for chosen in permutations(classes, len(groups)):
        right = np.zeros(len(labels), bool)
        for group, label in zip(groups, chosen, strict=True):
            right |= (clusters == group) & (labels == label)
        best = max(best, right[labelled].mean())
    return best


# clusters, labels, accuracy, matching, predicted
BY_HAND = [
    ([0, 0, 1, 1], [0, 0, 1, 1], 1, "one-to-one", [0, 0, 1, 1]),
    ([1, 1, 0, 0], [0, 0, 1, 1], 1, "one-to-one", [0, 0, 1, 1]),  # other names
    ([7, 7, 3, 3], [0, 0, 1, 1], 1, "one-to-one", [0, 0, 1, 1]),  # names with gaps
    ([0, 0, 1, 1], [2, 2, 9, 9], 1, "one-to-one", [2, 2, 9, 9]),  # classes with gaps
    ([0, 0, 0, 1], [0, 0, 1, 1], 3 / 4, "one-to-one", [0, 0, 0, 1]),
    # One to one costs: both clusters have most of class 0, only one of them can stand for it.
    ([0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 1], 4 / 7, "one-to-one", None),
    # More clusters than classes: each to its most frequent class.
    ([0, 1, 2, 2, 2], [0, 0, 1, 1, 0], 4 / 5, "many-to-one", [0, 0, 1, 1, 1]),
    ([5, 0, 1, 9], [0, 0, 1, 1], 1, "many-to-one", [0, 0, 1, 1]),
    # Fewer clusters than classes: a class stays without a cluster.
    ([0, 0, 1, 1, 1], [0, 0, 1, 1, 2], 4 / 5, "one-to-one", [0, 0, 1, 1, 1]),
    ([4, 4, 4, 4], [0, 1, 1, 2], 2 / 4, "one-to-one", [1, 1, 1, 1]),
    # Without a cluster: wrong. Without a label: not counted, but predicted.
    ([0, 0, 1, -1], [0, 0, 1, 1], 3 / 4, "one-to-one", [0, 0, 1, -1]),
    ([-1, -1, -1], [0, 1, 1], 0, "one-to-one", [-1, -1, -1]),
    ([0, 0, 1, 1, 1], [0, 0, 1, -1, -1], 1, "one-to-one", [0, 0, 1, 1, 1]),
    ([0, -1, 1, 1], [0, -1, 1, -1], 1, "one-to-one", [0, -1, 1, 1]),
    # A cluster without any labelled image stands for nothing, whatever its number is.
    ([0, 0, 1, 1, 2], [0, 0, 1, 1, -1], 1, "many-to-one", [0, 0, 1, 1, -1]),
    ([1, 1, 2, 2, 0], [0, 0, 1, 1, -1], 1, "many-to-one", [0, 0, 1, 1, -1]),
    ([0, 0, 1], [0, 2, -1], 1 / 2, "one-to-one", None),
    # One class only.
    ([0, 0, 0], [5, 5, 5], 1, "one-to-one", [5, 5, 5]),
    ([0, 0, 1], [5, 5, 5], 1, "many-to-one", [5, 5, 5]),
]


@pytest.mark.parametrize("clusters, labels, overall, matching, predicted", BY_HAND)
def test_by_hand(clusters, labels, overall, matching, predicted):
    scored = score(clusters, labels)
    assert scored.overall == pytest.approx(overall) == scored.public
    assert np.isnan(scored.private)
    assert scored.matching == matching
    assert predicted is None or scored.predicted.tolist() == predicted


def test_a_leftover_cluster_without_labelled_images_gets_no_class():
    assert score([0, 0, 1], [0, 2, -1]).predicted[2] == -1


def test_one_matching_scores_both_parts():
    """A matching made on the private part alone would give 4/6 there."""
    clusters = np.array([0] * 5 + [1] * 5 + [0, 0, 0, 1, 1, 1])
    labels = np.array([0] * 5 + [1] * 5 + [0, 1, 1, 0, 0, 1])
    public = np.arange(16) < 10
    scored = accuracy(clusters, labels, public)
    assert scored.overall == pytest.approx(12 / 16)
    assert scored.public == 1 and scored.private == pytest.approx(2 / 6)
    assert score(clusters[~public], labels[~public]).overall == pytest.approx(4 / 6)


def test_the_split_only_selects_the_images_that_are_counted():
    rng = np.random.default_rng(0)
    clusters, labels = rng.integers(-1, 4, 90), rng.integers(-1, 4, 90)
    scores = [accuracy(clusters, labels, public_mask(90, share, seed)) for share, seed in
              [(0.5, 0), (0.1, 0), (0.5, 1)]]  # fmt: skip
    assert len({s.overall for s in scores}) == 1 and len({s.chance for s in scores}) == 1
    assert all((s.predicted == scores[0].predicted).all() for s in scores)
    for scored, share in zip(scores, (0.5, 0.1), strict=False):
        part = public_mask(90, share, 0)
        right = (scored.predicted == labels)[labels >= 0]
        assert scored.public == pytest.approx(right[part[labels >= 0]].mean())
        assert scored.private == pytest.approx(right[~part[labels >= 0]].mean())


def test_a_part_without_labelled_images_has_no_accuracy():
    scored = score([0, 1, 0, 1], [0, 1, -1, -1], [True, True, False, False])
    assert scored.public == 1 and np.isnan(scored.private)
    scored = score([0, 1, 0, 1], [0, 1, -1, -1], [False, False, True, True])
    assert scored.private == 1 and np.isnan(scored.public)


@pytest.mark.parametrize("seed", range(40))
def test_against_all_matchings_and_under_other_names(seed):
    rng = np.random.default_rng(seed)
    n_classes = int(rng.integers(1, 6))
    n_clusters = int(rng.integers(1, n_classes + 1))
    labels = np.r_[np.arange(n_classes), rng.integers(-1, n_classes, 40)]
    clusters = np.r_[np.arange(n_classes) % n_clusters, rng.integers(-1, n_clusters, 40)]
    mixed = rng.random(len(labels)) < 0.4 * (seed % 2)  # where even: no agreement but chance
    clusters[mixed] = labels[mixed] % n_clusters
    public = rng.random(len(labels)) < 0.5
    scored = accuracy(clusters, labels, public)
    assert scored.matching == "one-to-one"
    assert scored.overall == pytest.approx(brute_force(clusters, labels))
    other_clusters = np.append(rng.choice(100, n_clusters, replace=False), -1)[clusters]
    other_labels = np.append(rng.choice(100, n_classes, replace=False), -1)[labels]
    again = accuracy(other_clusters, other_labels, public)
    assert again.overall == scored.overall and again.matching == scored.matching


@pytest.mark.parametrize("seed", range(10))
def test_purity_under_other_names(seed):
    rng = np.random.default_rng(seed)
    labels, clusters = rng.integers(-1, 3, 60), rng.integers(-1, 6, 60)
    public = rng.random(60) < 0.5
    scored = accuracy(clusters, labels, public)
    assert scored.matching == "many-to-one"
    labelled = labels >= 0
    groups = [labels[labelled & (clusters == group)] for group in range(6)]
    most = sum(np.bincount(group).max() for group in groups if len(group))
    assert scored.overall == pytest.approx(most / labelled.sum())
    renamed = np.append(rng.permutation(6) * 3, -1)[clusters]
    again = accuracy(renamed, labels, public)
    assert (again.predicted == scored.predicted).all() and again.public == scored.public


def test_contingency_and_match():
    counts = contingency(np.array([0, 0, 2]), np.array([1, 1, 0]), 3, 2)
    assert counts.tolist() == [[0, 2], [0, 0], [1, 0]]
    assert match(counts).tolist() == [1, -1, 0]
    assert match(np.array([[5, 4], [4, 0]])).tolist() == [1, 0], "8 agree, not 5"
    assert n_matched(np.array([[5, 4], [4, 0]])) == 8 and n_matched(counts) == 3
    assert match(np.array([[1, 0, 3]])).tolist() == [2]


@pytest.mark.parametrize("n_classes, low, high", [(2, 0.5, 0.53), (10, 0.1, 0.14)])
def test_chance_of_balanced_groups(n_classes, low, high):
    labels = np.arange(2000) % n_classes
    clusters = np.random.default_rng(0).permutation(labels)
    assert low < score(clusters, labels).chance < high
    assert low < score(labels, labels).chance < high, "chance does not depend on how good it is"
    assert score(labels, labels).chance == score(labels, labels).chance


def test_chance_knows_the_sizes_of_the_groups():
    labels = (np.arange(1000) < 100).astype(int)
    assert score(np.zeros(1000, int), labels).chance == pytest.approx(0.9)
    assert score(labels, labels).chance == pytest.approx(0.82, abs=0.02)
    assert score(np.where(labels, -1, 0), labels).chance == pytest.approx(0.81, abs=0.02)


# Silhouette, NMI, ARI.


def test_silhouette_is_the_one_of_scikit_learn(monkeypatch):
    from sklearn.metrics import silhouette_score

    rng = np.random.default_rng(0)
    points, clusters = rng.normal(size=(60, 3)), rng.integers(0, 3, 60)
    assert silhouette(points, clusters) == pytest.approx(silhouette_score(points, clusters))
    clusters[:20] = -1
    expected = silhouette_score(points[20:], clusters[20:])
    assert silhouette(points, clusters) == pytest.approx(expected)
    monkeypatch.setattr(silhouette_module, "SAMPLE", 30)
    sampled = silhouette(points, clusters)
    assert sampled == silhouette(points, clusters) != pytest.approx(expected)
    assert abs(sampled - expected) < 0.1
    assert silhouette(points, clusters, random_state=1) != sampled
    monkeypatch.setattr(silhouette_module, "SAMPLE", 40)
    assert silhouette(points, clusters) == pytest.approx(expected)


@pytest.mark.parametrize("clusters", [[0, 0, 0], [-1, -1, -1], [0, -1, 0], [0, 1, 2]])
def test_no_silhouette(clusters):
    assert np.isnan(silhouette(np.eye(3), np.array(clusters)))


def test_a_cell():
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    rng = np.random.default_rng(1)
    points, public = rng.normal(size=(50, 2)), rng.random(50) < 0.5
    clusters, labels = rng.integers(0, 3, 50), rng.integers(-1, 3, 50)
    clusters[:10] = -1
    scores = compute_metrics(points, clusters, labels, public)
    scored = accuracy(clusters, labels, public)
    known = labels >= 0
    assert scores["n_clusters"] == 3
    assert scores["largest_cluster"] == np.bincount(clusters + 1).max() / 50
    assert scores["accuracy"] == scored.overall and scores["chance"] == scored.chance
    assert scores["accuracy_public"] == scored.public
    assert scores["accuracy_private"] == scored.private
    assert scores["matching"] == "one-to-one"
    assert scores["nmi"] == pytest.approx(
        normalized_mutual_info_score(labels[known], clusters[known])
    )
    assert scores["ari"] == pytest.approx(adjusted_rand_score(labels[known], clusters[known]))
    assert scores["silhouette"] == silhouette(points, clusters)
    assert set(scores) <= set(COLUMNS)


def test_a_cell_without_labels():
    scores = compute_metrics(np.eye(4), np.array([0, 0, 1, 1]), np.full(4, -1), np.ones(4, bool))
    assert set(scores) == {"n_clusters", "largest_cluster", "silhouette"}


# scores.csv


@pytest.fixture
def folder(tmp_path):
    """Results of one data set: one model, two seeds, one reduction, one clustering."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 10)
    np.save(tmp_path / "labels.npy", labels)
    (tmp_path / "dataset.json").write_text('{"split": {"public": 0.3, "seed": 4}}')
    for seed in (0, 1):
        run = tmp_path / "small" / f"seed{seed}"
        (run / "pca").mkdir(parents=True)
        np.save(run / "pca/embedding.npy", rng.normal(size=(20, 3)).astype("float32"))
        clusters = 1 - labels
        clusters[:seed] = 0
        save_clusters(run / "pca/kmeans/clusters.csv", clusters)
        (run / "reconstruction.json").write_text(f'{{"mse": 0.{seed + 1}}}')
        for job, seconds in (("train", 5.25), ("cluster", 1.5)):
            (run / f"{job}.tsv").write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:05\t9\n")
    return tmp_path


def cells(folder):
    return [
        ["small", seed, "pca", "kmeans", [f"{folder}/small/seed{seed}/{job}.tsv" for job in jobs]]
        for seed, jobs in ((0, ["train", "cluster"]), (1, ["train", "missing"]))
    ]


def test_the_table(folder):
    table = scores_of(folder, cells(folder))
    assert list(table.columns) == COLUMNS and len(table) == 2
    first, second = (row for _, row in table.iterrows())
    assert (first["dataset"], first["model"], first["seed"]) == ("data", "small", 0)
    assert (first["reduction"], first["dim"], first["clustering"]) == ("pca", 3, "kmeans")
    assert first["accuracy"] == 1 and second["accuracy"] == pytest.approx(19 / 20)
    assert [first["reconstruction_mse"], second["reconstruction_mse"]] == [0.1, 0.2]
    assert first["seconds"] == 6.75 and np.isnan(second["seconds"])
    assert first["n_clusters"] == 2 and first["largest_cluster"] == 0.5
    public = public_mask(20, 0.3, 4)
    assert public.sum() == 6
    right = np.arange(20) != 0
    assert second["accuracy_public"] == pytest.approx(right[public].mean())
    assert second["accuracy_private"] == pytest.approx(right[~public].mean())


def test_the_table_without_labels(folder):
    np.save(folder / "labels.npy", np.full(20, -1))
    table = scores_of(folder, cells(folder))
    assert list(table.columns) == COLUMNS
    empty = ["accuracy", "accuracy_public", "accuracy_private", "matching", "chance", "nmi", "ari"]
    assert table[empty].isna().all(axis=None)
    assert table[["n_clusters", "reconstruction_mse", "silhouette"]].notna().all(axis=None)


def test_damaged_clusters_are_named(folder):
    damaged = folder / "small/seed1/pca/kmeans/clusters.csv"
    damaged.write_text("id,label\n0,1\n")
    checksum_file(damaged).unlink()
    with pytest.raises(InputError, match=r"seed1/pca/kmeans/clusters\.csv is not a whole table"):
        scores_of(folder, cells(folder))


@pytest.mark.parametrize("text", ["", "s\n", "x\ty\n1\t2\n", "s\nNA\n"])
def test_a_broken_benchmark_leaves_seconds_empty(folder, text):
    (folder / "small/seed0/train.tsv").write_text(text)
    assert np.isnan(scores_of(folder, cells(folder))["seconds"][0])


def test_a_resumed_training_costs_all_its_epochs(tmp_path):
    benchmark, history = tmp_path / "train.tsv", tmp_path / "history.csv"
    benchmark.write_text("s\tmax_rss\n5.25\t9\n")
    job = Job(benchmark, history=history)
    assert np.isnan(cost([job]))
    history.write_text("epoch,seconds\n1,2.0\n2,2.0\n")
    assert cost([job]) == 5.25, "never killed: its start counts, too"
    history.write_text("epoch,seconds\n1,4.0\n2,4.0\n")
    assert cost([job, Job(benchmark)]) == 8 + 5.25
    assert cost([Job(benchmark, shared_by=3)]) == 1.75


# summary.csv, summary.md


def scores(rows, **others):
    """A table of scores: rows of (model, seed, accuracy), the rest the same in each."""
    usual = {
        "dataset": "data",
        "reduction": "pca",
        "dim": 3,
        "clustering": "kmeans",
        "n_clusters": 2,
        "reconstruction_mse": 0.123456,
        "accuracy_public": 0.75,
        "accuracy_private": 0.7,
        "matching": "one-to-one",
        "chance": 0.5,
        "nmi": 0.3,
        "ari": 0.2,
        "silhouette": 0.4,
        "largest_cluster": 0.6,
        "seconds": 3.0,
        "approximation": np.nan,
        **others,
    }
    table = pd.DataFrame([{"model": m, "seed": s, "accuracy": a, **usual} for m, s, a in rows])
    return table.reindex(columns=COLUMNS)


def test_mean_sd_and_n():
    table = summarise(scores([("a", 0, 0.7), ("b", 0, 0.9), ("a", 1, 0.8), ("a", 2, 0.9)]))
    assert table["model"].tolist() == ["a", "b"] and table["n"].tolist() == [3, 1]
    assert table["accuracy_mean"].tolist() == pytest.approx([0.8, 0.9])
    assert table["accuracy_sd"][0] == pytest.approx(0.1) and np.isnan(table["accuracy_sd"][1])
    assert table["chance_mean"].tolist() == [0.5, 0.5] and table["nmi_sd"][0] == 0
    assert all(f"{name}_{kind}" in table for name in METRICS for kind in ("mean", "sd"))
    assert table["matching"].tolist() == ["one-to-one"] * 2


def test_a_cell_is_matched_one_to_one_only_if_each_of_its_seeds_is():
    table = scores([("a", 0, 0.8), ("a", 1, 1.0), ("b", 0, 0.8), ("b", 1, 0.9)])
    table.loc[1, "matching"] = "many-to-one"
    assert summarise(table)["matching"].tolist() == ["many-to-one", "one-to-one"]
    assert summarise(table.assign(matching=np.nan))["matching"].isna().all()


def test_a_cell_is_one_row_even_if_its_dimension_depends_on_the_seed(tmp_path):
    table = scores([("a", 0, 0.7), ("a", 1, 0.8), ("a", 2, 0.9), ("b", 0, 0.8)])
    table["dim"] = [21, 20, 22, 9]
    summary = summarise(table)
    assert summary["n"].tolist() == [3, 1] and summary["dim"].tolist() == ["20 to 22", 9]
    assert list(summary.columns)[:6] == [
        "dataset", "model", "reduction", "dim", "clustering", "n",
    ]  # fmt: skip
    summary.to_csv(tmp_path / "summary.csv", index=False)
    for of_cells in (summary, read_scores(tmp_path / "summary.csv")):
        assert "| pca | 20 to 22 | 0.800 ± 0.100 (" in text_of(of_cells)
        assert "| pca | 9 |  | 0.800 (" in text_of(of_cells)


def test_each_cell_is_summarised_alone_in_the_order_of_the_table():
    parts = [
        scores([("z", 0, 0.7), ("z", 1, 0.8)], reduction=r, clustering=c, dim=d)
        for r, c, d in [("t", "k", 2), ("a", "k", 20), ("a", "g", 20)]
    ]
    table = summarise(pd.concat(parts))
    assert table["reduction"].tolist() == ["t", "a", "a"]
    assert table["clustering"].tolist() == ["k", "k", "g"] and (table["n"] == 2).all()


@pytest.mark.parametrize(
    "accuracies, largest, collapsed",
    [
        ([0.5, 0.5], 0.6, True),
        ([0.505, 0.505], 0.6, True),  # within 0.01
        ([0.52, 0.52], 0.6, False),
        ([0.45, 0.65], 0.6, True),  # 0.55 ± 0.1
        ([0.53, 0.57], 0.6, False),
        ([0.45, 0.65] * 8, 0.6, True),  # two standard errors of 16 seeds: 0.052
        ([0.46, 0.66] * 8, 0.6, False),
        ([0.4], 0.6, True),
        ([0.9], 0.6, False),
        ([0.9, 0.9], 0.955, True),
        ([0.9, 0.9], 0.945, False),
        ([np.nan, np.nan], 0.6, False),
        ([np.nan, np.nan], 0.99, True),
    ],
)
def test_collapsed(accuracies, largest, collapsed):
    rows = [("a", seed, value) for seed, value in enumerate(accuracies)]
    table = summarise(scores(rows, largest_cluster=largest))
    assert table["collapsed"].tolist() == [collapsed]


def text_of(summary):
    return to_markdown("data", score_sections(summary).values())


def test_the_text():
    rows = [("a", 0, 0.7), ("a", 1, 0.8), ("b", 0, 0.5), ("b", 1, 0.5)]
    table = summarise(scores(rows))
    text = text_of(table)
    lines = text.splitlines()
    assert lines[:5] == [
        "# data",
        "",
        "## Accuracy of kmeans",
        "",
        "| reduction | dimension | a | b |",
    ]
    assert (
        "| pca | 3 | 0.750 ± 0.071 (0.750 / 0.700) | 0.500 ± 0.000 (0.750 / 0.700) collapsed |"
        in lines
    )
    assert "Accuracy: mean ± standard deviation over 2 seeds." in lines
    assert "Chance level: 0.500 (the same clusters, shuffled among the images)." in lines
    assert "`collapsed`: no better than chance, or nearly all images in one cluster." in lines
    assert "| a | 0.12346 ± 0.00000 | 2 |" in lines
    assert text.endswith("\n")


def test_the_text_of_one_seed_of_purity_and_of_a_missing_cell():
    both = scores([("a", 0, 0.7), ("b", 0, 0.8)], matching="many-to-one")
    more = scores([("b", 0, 0.9)], reduction="tsne", dim=2)
    lines = text_of(summarise(pd.concat([both, more]))).splitlines()
    assert "## Purity of kmeans" in lines and "Purity: a single seed: no spread." in lines
    assert "| tsne | 2 |  | 0.900 (0.750 / 0.700) |" in lines
    assert not any("collapsed" in line or "±" in line for line in lines)


def test_the_text_without_labels():
    empty = dict.fromkeys(
        ["accuracy_public", "accuracy_private", "matching", "chance", "nmi", "ari"], np.nan
    )
    text = text_of(summarise(scores([("a", 0, np.nan), ("a", 1, np.nan)], **empty)))
    assert "## Silhouette of kmeans" in text and "| pca | 3 | 0.400 ± 0.000 |" in text
    assert not any(word in text for word in ("ccuracy", "Chance", "public", "nan", "urity"))


@pytest.mark.parametrize("name", ["null", "nan", "007", "1e5", "true"])
def test_names_that_look_like_something_else(tmp_path, name):
    """Every name that the config allows comes back from scores.csv as it is."""
    table = scores([(name, 0, 0.7), (name, 1, 0.8)], dataset=name, reduction=name, clustering=name)
    table.to_csv(tmp_path / "scores.csv", index=False)
    loaded = read_scores(tmp_path / "scores.csv")
    pd.testing.assert_frame_equal(loaded, table, check_dtype=False)
    summary = summarise(loaded)
    assert summary["model"].tolist() == [name] and summary["n"].tolist() == [2]


def test_reading_scores_without_labels(tmp_path):
    table = scores([("a", 0, np.nan)], matching=np.nan, chance=np.nan, nmi=np.nan)
    table.to_csv(tmp_path / "scores.csv", index=False)
    loaded = read_scores(tmp_path / "scores.csv")
    assert loaded[["accuracy", "matching", "chance", "nmi"]].isna().all(axis=None)
    assert loaded["seed"].tolist() == [0] and loaded["dim"].tolist() == [3]


def test_the_consensus_of_each_seed_has_a_row(folder):
    from aecluster.consensus.file import save_consensus

    labels = np.load(folder / "labels.npy")
    for seed, wrong in ((0, 0), (1, 5)):
        clusters = np.where(np.arange(20) < wrong, 1, labels)
        save_consensus(folder / f"consensus/seed{seed}/clusters.csv", clusters, np.ones(20))
    save_consensus(folder / "consensus/clusters.csv", labels, np.ones(20))
    benchmarks = [[0, [f"{folder}/small/seed0/train.tsv"]], [1, []]]
    table = scores_of(folder, cells(folder), benchmarks)
    rows = table[table["model"] == "consensus"]
    assert rows["seed"].tolist() == [0, 1] and rows["accuracy"].tolist() == [1, 0.75]
    assert set(rows["reduction"]) == {"votes"} and set(rows["clustering"]) == {"consensus"}
    assert set(rows["dim"]) == {2} and rows["seconds"].tolist() == [5.25, 0]
    assert rows[["silhouette", "reconstruction_mse"]].isna().all(axis=None)
    text = text_of(summarise(table))
    assert "| votes | 2 | 0.875 ± 0.177" in text and text.count("consensus") == 2
    assert "| reduction | dimension | small |" in text, "no column of others' in a model's table"
