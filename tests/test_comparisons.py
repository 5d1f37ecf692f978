"""Comparisons over seeds, and a discussion that claims no more than they carry."""

import re
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from aecluster.metrics.registry import METRICS
from aecluster.report.all_scores import all_scores_section
from aecluster.report.comparisons import comparisons_section
from aecluster.report.discussion import discussion_section
from aecluster.report.markdown import section_to_markdown
from aecluster.report.numbers import p_value, spread
from aecluster.scoring.summary import summarise
from aecluster.statistics.comparisons import COLUMNS, compare, effect_size, holm


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def cell(model, reduction, values, errors=None, score="accuracy", **others):
    """Rows of scores.csv of one cell, one a value, with seeds 0, 1, 2, ..."""
    usual = {
        "dataset": "data",
        "model": model,
        "reduction": reduction,
        "dim": 2,
        "clustering": "kmeans",
        "n_clusters": 2,
        "accuracy": np.nan,
        "matching": "one-to-one" if score == "accuracy" else np.nan,
        "chance": 0.5 if score == "accuracy" else np.nan,
        "nmi": 0.3,
        "ari": 0.2,
        "silhouette": 0.4,
        "largest_cluster": 0.6,
        "seconds": 3.0,
        "approximation": np.nan,
        "reconstruction_mse": errors if errors is not None else 0.1,
        **others,
    }
    table = pd.DataFrame({"seed": range(len(values)), score: values})
    usual.pop(score)
    table = table.assign(**usual)
    table = table.reindex(columns=[*table, *(name for name in METRICS if name not in table)])
    if score != "accuracy":
        return table.assign(accuracy_public=np.nan, accuracy_private=np.nan, nmi=np.nan, ari=np.nan)
    return table.assign(
        accuracy_public=table["accuracy"] + 0.01, accuracy_private=table["accuracy"]
    )


def text_of(scores):
    return section_to_markdown(discussion_section(summarise(scores), compare(scores)))


def only(comparisons, family):
    rows = comparisons[comparisons["family"] == family]
    assert len(rows) == 1
    return rows.iloc[0]


A, B = [0.8, 0.85, 0.84], [0.7, 0.72, 0.78]


def two_models(a=A, b=B, **others):
    return pd.concat([cell("a", "pca", a, **others), cell("b", "pca", b, **others)])


# The numbers


def test_against_scipy():
    table = compare(two_models())
    assert list(table.columns) == COLUMNS
    row = only(table, "models")
    difference = np.subtract(A, B)  # 0.1, 0.13, 0.06
    assert (row["what"], row["a"], row["b"], row["at"]) == ("accuracy", "a", "b", "pca")
    assert row["n"] == 3 and row["test"] == "paired t" and row["clustering"] == "kmeans"
    assert row["difference"] == pytest.approx(0.29 / 3)
    assert row["sd"] == pytest.approx(np.std(difference, ddof=1)) == pytest.approx(0.035119, 1e-4)
    assert row["larger_than_spread"]
    assert row["p"] == pytest.approx(stats.ttest_rel(A, B).pvalue)
    assert row["p_holm"] == row["p"], "one comparison in its family"
    # With df = 2 the correction of Hedges is gamma(1) / (1 * gamma(1/2)) = 1 / sqrt(pi).
    assert row["effect"] == pytest.approx(row["difference"] / row["sd"] / np.sqrt(np.pi))


def test_effect_size_is_corrected_as_hedges_approximated_it():
    values = np.random.default_rng(0).normal(1, 1, 30)
    raw = values.mean() / values.std(ddof=1)
    assert effect_size(values) == pytest.approx(raw * (1 - 3 / (4 * 29 - 1)), rel=1e-3)
    assert np.isnan(effect_size(values[:2])) and np.isnan(effect_size(np.ones(5)))


def test_holm():
    # Holm's procedure by hand: 4 * 0.01, 3 * 0.015, 2 * 0.03, 1 * 0.04 -> not below the one before.
    corrected = holm(np.array([0.03, 0.01, np.nan, 0.04, 0.015]))
    assert corrected == pytest.approx([0.06, 0.04, np.nan, 0.06, 0.045], nan_ok=True)
    assert holm(np.array([0.6, 0.7])).tolist() == [1, 1]
    assert holm(np.array([])).tolist() == [] and np.isnan(holm(np.array([np.nan])))[0]


def three_reductions():
    rng = np.random.default_rng(2)
    return pd.concat(
        cell(m, r, rng.normal(0.7, 0.03, 4), rng.random(4))
        for m in ("y", "x")
        for r in ("tsne", "pca", "umap")
    )


def test_comparisons_follow_the_order_of_the_scores():
    table = compare(three_reductions(), {"model": "x", "reduction": "pca", "clustering": "kmeans"})
    of = {family: rows for family, rows in table.groupby("family")}
    assert of["models"]["at"].tolist() == ["tsne", "pca", "umap"]
    assert set(of["models"]["a"]) == {"y"} and of["reconstruction"]["a"].tolist() == ["y"]
    assert of["reductions"]["at"].tolist() == ["y", "y", "x", "x"]
    assert of["reductions"]["a"].tolist() == ["pca", "umap"] * 2
    assert [name.split(",")[0] for name in of["chosen"]["b"]] == ["y", "y", "y", "x", "x"]


def test_renaming_a_reduction_changes_no_comparison():
    scores = three_reductions()
    names = {"tsne": "a", "pca": "z", "umap": "m"}
    renamed = compare(scores.replace({"reduction": names}))
    pd.testing.assert_frame_equal(
        renamed, compare(scores).replace({key: names for key in ("a", "b", "at")})
    )


def test_the_reference_can_be_stated():
    scores = three_reductions()
    elsewhere = cell("x", "zca", A, clustering="gmm"), cell("x", "nmf", B, clustering="gmm")
    table = compare(pd.concat([scores, *elsewhere]), reference="umap")
    table = table[table["family"] == "reductions"]
    used = table.groupby("clustering")["b"].unique().map(list).to_dict()
    # the mixture is not applied to umap, and takes its own first
    assert used == {"kmeans": ["umap"], "gmm": ["zca"]}
    assert table.loc[table["clustering"] == "kmeans", "a"].tolist() == ["tsne", "pca"] * 2


def test_families():
    """The correction is made over each family, the reference is the first reduction."""
    rng = np.random.default_rng(1)
    scores = pd.concat(
        cell(m, r, rng.normal(0.7, 0.03, 4), rng.random(4), clustering=c)
        for m in ("x", "y", "z")
        for r in ("tsne", "pca", "umap")
        for c in ("gmm", "kmeans")
    )
    table = compare(scores)
    sizes = table.groupby(["family", "clustering"]).size().to_dict()
    assert sizes == {
        ("models", "gmm"): 9,
        ("models", "kmeans"): 9,
        ("reconstruction", ""): 3,
        ("reductions", "gmm"): 6,
        ("reductions", "kmeans"): 6,
    }
    assert set(table.loc[table["family"] == "reductions", "b"]) == {"tsne"}
    for _, family in table.groupby(["family", "clustering"]):
        assert family["p_holm"].to_numpy() == pytest.approx(holm(family["p"].to_numpy()))
    errors = table[table["family"] == "reconstruction"]
    assert set(errors["what"]) == {"reconstruction_mse"} and set(errors["at"]) == {""}


def test_the_order_of_rows_changes_no_number():
    rng = np.random.default_rng(2)
    errors = {model: rng.random(5) for model in "abc"}
    parts = [cell(m, r, rng.random(5), errors[m]) for m in "abc" for r in ("p", "q")]
    scores = pd.concat(parts, ignore_index=True)
    expected = in_one_order(compare(scores, reference="p"))
    for seed in range(5):
        mixed = scores.sample(frac=1, random_state=seed)
        found = in_one_order(compare(mixed, reference="p"))
        pd.testing.assert_frame_equal(found, expected, check_exact=True)


def in_one_order(table):
    """Sort comparisons, and the two that each compares: a - b is -(b - a)."""
    table, turned = table.copy(), table["a"] > table["b"]
    table.loc[turned, ["a", "b"]] = table.loc[turned, ["b", "a"]].to_numpy()
    table.loc[turned, ["difference", "effect"]] *= -1
    return table.sort_values(["family", "at", "a", "b"], ignore_index=True)


@pytest.mark.parametrize("n, models, test", [(5, 2, "t"), (6, 2, "W"), (7, 3, "t"), (8, 3, "W")])
def test_wilcoxon_where_it_can_pass(n, models, test):
    """A family of 1 or 6 comparisons: the smallest corrected p is 0.031 and 0.047."""
    scores = pd.concat(
        cell(name, r, 0.7 + 0.01 * i * np.arange(1, n + 1))
        for i, name in enumerate("abc"[:models])
        for r in (["pca"] if models == 2 else ["pca", "tsne"])
    )
    rows = compare(scores).query("family == 'models'")
    assert {name[0] for name in rows["test"]} == {{"t": "p", "W": "W"}[test]}
    if test == "W":
        assert set(rows["p"]) == {2.0 ** (1 - n)} and (rows["p_holm"] < 0.05).all()


def test_wilcoxon_against_scipy_with_ties_and_zeros():
    a = [0.7, 0.71, 0.75, 0.8, 0.76, 0.79, 0.8, 0.83, 0.7]
    b = [0.7, 0.7, 0.76, 0.7, 0.7, 0.7, 0.7, 0.72, 0.71]
    row = only(compare(two_models(a, b)), "models")
    assert row["test"].startswith("Wilcoxon")
    assert row["p"] == stats.wilcoxon(np.subtract(a, b).round(12)).pvalue


def test_one_seed():
    table = compare(two_models([0.8], [0.7]))
    row = only(table, "models")
    assert row["n"] == 1 and row["difference"] == pytest.approx(0.1)
    assert table[["sd", "p", "p_holm", "effect"]].isna().all(axis=None)
    assert not table["larger_than_spread"].any() and set(table["test"]) == {"none"}


def test_two_seeds():
    row = only(compare(two_models([0.8, 0.9], [0.7, 0.7])), "models")
    assert row["p"] == pytest.approx(stats.ttest_rel([0.8, 0.9], [0.7, 0.7]).pvalue)
    assert np.isnan(row["effect"]), "not defined for 2"


def test_no_difference_and_always_the_same_difference():
    row = only(compare(two_models(A, A)), "models")
    assert (row["difference"], row["sd"], row["p"], row["p_holm"]) == (0, 0, 1, 1)
    assert not row["larger_than_spread"]
    row = only(compare(two_models([0.8, 0.9, 0.7], [0.7, 0.8, 0.6])), "models")
    assert row["difference"] == pytest.approx(0.1) and row["sd"] == 0, "no floating-point noise"
    assert np.isnan(row["p"]) and np.isnan(row["p_holm"]) and np.isnan(row["effect"])


def test_missing_seeds_and_cells():
    a, b = cell("a", "pca", A), cell("b", "pca", B)
    table = compare(pd.concat([a, b[b["seed"] > 0]]))
    row = only(table, "models")
    assert row["n"] == 2 and row["difference"] == pytest.approx((0.13 + 0.06) / 2)
    assert compare(pd.concat([a[a["seed"] == 0], b[b["seed"] == 1]])).empty
    table = compare(pd.concat([a, b, cell("a", "tsne", B)]))
    assert only(table, "reductions")["at"] == "a"


def test_one_cell_has_nothing_to_compare():
    scores = cell("a", "pca", A)
    assert compare(scores).empty and list(compare(scores).columns) == COLUMNS
    assert "no two models or reductions" in text_of(scores)
    assert comparisons_section(compare(scores)).table is None


def test_what_is_compared():
    assert only(compare(two_models(matching="many-to-one")), "models")["what"] == "purity"
    without = two_models(score="silhouette")
    row = only(compare(without), "models")
    assert row["what"] == "silhouette" and row["difference"] == pytest.approx(0.29 / 3)
    one_group = two_models([0.5, np.nan, 0.7], score="silhouette")
    assert only(compare(one_group), "models")["n"] == 2


def test_purity_and_accuracy_are_never_paired():
    """Whichever of its seeds has more clusters than classes, and in which family."""
    scores = pd.concat([cell(m, r, A) for m in "ab" for r in ("pca", "tsne")])
    chosen = {"model": "a", "reduction": "pca", "clustering": "kmeans"}
    several = (scores["model"] == "b") & (scores["reduction"] == "pca") & (scores["seed"] > 0)
    scores["matching"] = scores["matching"].mask(several, "many-to-one")
    table = compare(scores, chosen)
    of_cell = table["b"].eq("b, pca, kmeans") | (
        table["at"].eq("pca") | (table["at"].eq("b") & table["family"].eq("reductions"))
    )
    assert table[of_cell].groupby("family")["n"].agg(list).to_dict() == {
        "models": [1], "reductions": [1], "chosen": [1],
    }  # fmt: skip
    others = table[~of_cell & table["what"].ne("reconstruction_mse")]
    assert set(others["n"]) == {3} and set(others["what"]) == {"accuracy"}


# The discussion


def test_says_what_is_significant():
    scores = pd.concat(
        [cell("a", "pca", A, [3, 2, 4]), cell("b", "pca", [0.6, 0.66, 0.63], [7, 6, 8.1])]
    )
    table, text = compare(scores), text_of(scores)
    row = only(table, "models")
    assert row["p_holm"] < 0.001
    assert "Significant in the paired test after Holm's correction (p < 0.05), 2 of 2" in text
    expected = f"corrected p < 0.001, effect {row['effect']:.2f}"
    assert f"accuracy, `pca`: `a` above `b` by 0.200 ± 0.010 ({expected})" in text
    assert "reconstruction error: `a` below `b` by 4.03333" in text
    assert "Highest mean accuracy of 2 cells: 0.830 ± 0.026 (`a` with `pca` and `kmeans`" in text
    assert "0.330 above chance (0.500)" in text
    assert "public and private accuracy differ by at most 0.010" in text
    assert "`a` 3.00000, `b` 7.03333" in text and "`a` 0.830, `b` 0.630" in text
    assert "The model with the lower error has the higher accuracy" in text


def test_says_significant_of_nothing_else():
    rng = np.random.default_rng(3)
    seen = set()
    for _ in range(30):
        size = rng.choice([0.01, 0.05])
        parts = [
            cell(m, r, 0.7 + i * size + rng.normal(0, 0.03, 3), rng.random(3))
            for i, m in enumerate("ab")
            for r in ("p", "q")
        ]
        scores = pd.concat(parts)
        table, text = compare(scores), text_of(scores)
        passed = int((table["p_holm"] < 0.05).sum())
        line = re.search(r"Significant.*", text)
        assert bool(line) == bool(passed) and text.count("Significant") == bool(passed)
        if line:
            assert f", {passed} of {len(table)}:" in line[0]
            listed = re.findall(r"corrected p (?:= )?([<\d. ]+)", line[0])
            assert all(float(p.strip("< ,")) < 0.05 for p in listed) and listed
        else:
            assert f"None of {len(table)} differences is significant in the paired test" in text
        larger = table["larger_than_spread"] & (table["p_holm"] >= 0.05)
        assert bool(re.search(rf"but not significant, {larger.sum()} of", text)) == larger.any()
        rest = len(table) - passed - larger.sum()
        assert bool(
            re.search(f"No larger than the spread over seeds: the other {rest} of", text)
        ) == bool(rest)
        seen.add(passed)
    assert {0, 1} <= seen


def test_one_seed_proves_nothing():
    text = text_of(two_models([0.8], [0.7]))
    assert (
        "With one seed, none of the 2 differences can be tested" in text
        and "ignificant" not in text
    )
    assert "±" not in text and "Highest accuracy of 2 cells: 0.800" in text


def test_untested_differences_are_counted():
    text = text_of(two_models([0.8, 0.9, 0.7], [0.7, 0.8, 0.6]))
    assert "Not testable: 1 of 2 differences" in text and "Significant" not in text


def test_collapsed_configurations_are_named():
    scores = pd.concat(
        [
            two_models(b=[0.5, 0.51, 0.49]),
            cell("b", "tsne", B),
            cell("c", "pca", [0.51, 0.5, 0.5]),
            cell("c", "tsne", [0.5, 0.5, 0.5]),
            cell("d", "pca", [0.9, 0.9, 0.91], largest_cluster=0.99),
        ]
    )
    text = text_of(scores)
    assert "Collapsed, no better than chance: " in text
    assert "`b` with `pca` and `kmeans` (accuracy 0.500 ± 0.010, chance 0.500)" in text
    assert "`c` with all 2 reductions and `kmeans` (accuracy 0.500 to 0.503, chance 0.500)" in text
    assert "Collapsed, with nearly all images in one group: `d` with `pca`" in text
    assert "(0.990 ± 0.000 of the images)" in text
    assert "collapsed" not in text_of(two_models())


def test_without_labels():
    scores = pd.concat(
        [
            two_models(score="silhouette"),
            cell("c", "pca", [np.nan] * 3, score="silhouette", largest_cluster=1.0),
        ]
    )
    summary, table = summarise(scores), compare(scores)
    sections = [
        discussion_section(summary, table),
        all_scores_section(summary),
        comparisons_section(table),
    ]
    texts = list(map(section_to_markdown, sections))
    for text in texts:
        found = re.findall(r"accuracy|purity|chance|public|private|\bnan\b|NMI", text)
        assert not found
    assert "Highest mean silhouette of 2 cells: 0.830" in texts[0], "the third has none"
    assert "test" not in texts[0], "of silhouettes in different spaces"
    assert "Without labels, silhouettes" in texts[0]
    assert "Collapsed, with nearly all images in one group: `c`" in texts[0]
    nothing = cell("c", "pca", [np.nan] * 2, score="silhouette", largest_cluster=1.0)
    assert "No cell has a silhouette" in text_of(nothing)


def test_purity_is_not_called_accuracy():
    text = text_of(two_models(matching="many-to-one"))
    assert "Highest mean purity" in text and "accuracy" not in text
    mixed = pd.concat(
        [two_models(), two_models([0.9] * 3, [0.95] * 3, clustering="many", matching="many-to-one")]
    )
    text = text_of(mixed)
    assert "Highest mean accuracy of 2 cells: 0.830" in text
    assert "Not testable: 1 of 3" in text


def test_errors_and_scores_in_opposite_orders():
    scores = pd.concat(
        cell(m, "pca", [s, s + 0.01], [e, e + 0.1])
        for m, s, e in [("a", 0.9, 3), ("b", 0.8, 1), ("c", 0.7, 2)]
    )
    text = text_of(scores)
    assert "lowest first: `b` 1.05000, `c` 2.05000, `a` 3.05000" in text
    assert "highest first: `a` 0.905, `b` 0.805, `c` 0.705" in text
    assert "The lower error goes with the higher accuracy in 1 of 3 pairs of models" in text
    text = text_of(scores[scores["model"] != "c"])
    assert "The model with the lower error has not the higher accuracy" in text


@pytest.mark.parametrize("score", ["accuracy", "silhouette"])
def test_short_whatever_the_table(score):
    rng = np.random.default_rng(4)
    scores = pd.concat(
        cell(
            f"m{i}", f"r{j}", 0.5 + rng.random() / 3 + rng.normal(0, 0.02, 3), rng.random(3), score
        )
        for i in range(6)
        for j in range(8)
    )
    text = text_of(scores)
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert text.startswith("## Discussion\n\n- ") and text.endswith(".\n") and 4 <= len(lines) <= 8
    assert max(map(len, lines)) < 800


# The tables


def test_all_scores():
    scores = pd.concat([two_models(), cell("c", "pca", [0.5] * 3, matching="many-to-one")])
    lines = section_to_markdown(all_scores_section(summarise(scores))).splitlines()
    header, first = ([text.strip() for text in lines[i].strip("|").split("|")] for i in (2, 4))
    row = dict(zip(header, first, strict=True))
    expected = {
        "model": "a",
        "reduction": "pca",
        "dimension": "2",
        "clustering": "kmeans",
        "reconstruction MSE": "0.10000 ± 0.00000",
        "accuracy": "0.830 ± 0.026",
        "public": "0.840 ± 0.026",
        "private": "0.830 ± 0.026",
        "chance": "0.500",
        "NMI": "0.300 ± 0.000",
        "ARI": "0.200 ± 0.000",
        "silhouette": "0.400 ± 0.000",
        "seeds": "3",
        "note": "",
    }
    assert {name: row[name] for name in expected} == expected
    assert [name for name in row if name in expected] == list(expected), "in the registry's order"
    assert lines[6].endswith("| purity, collapsed |")
    assert "note" not in all_scores_section(summarise(two_models())).table.header


def test_comparison_table():
    scores = pd.concat([two_models(), cell("a", "zca", [0.85, 0.8, 0.84])])
    table = compare(scores)
    text = section_to_markdown(comparisons_section(table))
    assert "| accuracy | kmeans | a | b | pca | 0.097 ± 0.035 | 3 | paired t |" in text
    assert "1 of 3 comparisons" in text and "zca" not in text
    one_seed = comparisons_section(compare(two_models([0.8], [0.7])))
    assert one_seed.sentences == ["None: comparisons need labels and several seeds."]
    same = comparisons_section(compare(two_models(A, A)))
    assert "No difference is larger" in same.sentences[0] and same.table is None


def test_numbers_as_text():
    assert spread(0.8, 0.0123) == "0.800 ± 0.012" and spread(0.8, np.nan) == "0.800"
    assert spread(np.nan, np.nan) == "-" and p_value(np.nan) == "-"
    assert [p_value(p) for p in (0.0004, 0.012, 0.04996, 0.05, 1.0)] == [
        "< 0.001",
        "0.012",
        "0.04996",
        "0.050",
        "1.000",
    ]


@pytest.mark.parametrize("score", ["accuracy", "silhouette"])
def test_the_figure_names_collapsed_configurations(score):
    from aecluster.figures.scores import score_grid

    def shown(scores):
        return [text.get_text() for text in score_grid(scores, "data").axes[0].texts]

    one_group = cell("c", "pca", [0.9, np.nan], score=score, largest_cluster=1.0)
    nothing = cell("d", "pca", [np.nan] * 2, score=score, largest_cluster=1.0)
    scores = pd.concat([two_models(score=score), one_group, nothing])
    assert shown(scores) == ["not defined", "collapsed", "collapsed"]
    assert shown(two_models(score=score)) == []


def test_importing_needs_no_scipy():
    import subprocess

    code = "import sys, aecluster.report.discussion; sys.exit('scipy' in sys.modules)"
    paths = {"PYTHONPATH": "workflow/scripts"}
    assert subprocess.run([sys.executable, "-c", code], env=paths).returncode == 0
