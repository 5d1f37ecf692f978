"""The comparison of configurations over data sets."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from aecluster.figures.critical_difference import critical_difference
from aecluster.report.across import across_section, why_not
from aecluster.report.markdown import section_to_markdown
from aecluster.statistics.across import (
    PAIRS,
    accuracies,
    compare_across,
    means_across,
    pair_table,
)

ARMS = ["poor", "good", "fair"]


def table(n_datasets, seed=0):
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.02, (n_datasets, 3))
    names = [f"d{k}" for k in range(n_datasets)]
    return pd.DataFrame(noise + np.array([0.5, 0.9, 0.7]), index=names, columns=ARMS)


def means(by_dataset):
    accuracies = {"accuracy_mean": by_dataset.mean(), "accuracy_sd": 0.02, "chance_mean": 0.35}
    return pd.DataFrame(accuracies)


def summary(dataset, values, matching="one-to-one"):
    return pd.DataFrame(
        {
            "dataset": dataset,
            "model": list(values),
            "reduction": "pca",
            "clustering": "kmeans",
            "accuracy_mean": list(values.values()),
            "accuracy_sd": 0.01,
            "chance_mean": 0.5,
            "matching": matching,
        }
    )


def test_friedman_is_that_of_scipy_and_the_best_configuration_comes_first():
    by_dataset = table(8)
    found = compare_across(by_dataset)
    assert found.p_friedman == stats.friedmanchisquare(*by_dataset.to_numpy().T).pvalue < 0.001
    assert found.ranks.to_dict() == {"good": 1, "fair": 2, "poor": 3}
    pairs = pair_table(found)
    assert list(pairs.columns) == PAIRS and pairs["a"].tolist() == ["good", "good", "fair"]
    # Demsar 2006: the critical difference at 0.05 for 3 configurations is 2.343 sqrt(3 * 4 / (6 N))
    critical = 2.343 * np.sqrt(3 * 4 / (6 * 8))
    differences = (pairs["rank_b"] - pairs["rank_a"]).to_numpy()
    assert ((pairs["p_nemenyi"] < 0.05) == (differences > critical)).all()
    assert pairs["p_nemenyi"].iloc[1] == pairs["p_nemenyi"].min()
    text = section_to_markdown(across_section(by_dataset, means(by_dataset), pairs))
    assert "Over 8 data sets the mean ranks of 3 configurations differ" in text
    assert "| good | 1.00 | 0.8" in text
    assert text.count(" ± 0.020 | 0.350 |") == 3, "of each the spread and the chance"


def test_too_few_data_sets_or_configurations_are_said_in_a_sentence():
    for by_dataset, said in [
        (table(4), "at least 5 with labels, but there are 4."),
        (table(1), "there is 1."),
        (table(0), "there are none."),
        (table(6)[["good", "fair"]], "at least 3 configurations .* there are 2."),
    ]:
        assert compare_across(by_dataset) is None
        assert pair_table(None).empty and list(pair_table(None).columns) == PAIRS
        text = section_to_markdown(across_section(by_dataset, means(by_dataset), pair_table(None)))
        assert "|" not in text and pd.Series([text]).str.contains(said).all()


def test_no_difference_at_all():
    same = pd.DataFrame(0.7, index=range(5), columns=ARMS)
    found = compare_across(same)
    assert found.p_friedman == 1 and set(found.ranks) == {2}
    verdict, _ = across_section(same, means(same), pair_table(found)).sentences
    assert "do not differ significantly" in verdict


def test_accuracies_of_configurations_that_all_labelled_data_sets_have():
    found = accuracies(
        [
            summary("one", {"a": 0.7, "b": 0.8, "c": 0.6}),
            summary("two", {"a": 0.9, "b": 0.6}),
            summary("plain", {"a": np.nan, "b": np.nan}, np.nan),
        ]
    )
    assert found.index.tolist() == ["one", "two"]
    assert found.to_dict("list") == {"a, pca, kmeans": [0.7, 0.9], "b, pca, kmeans": [0.8, 0.6]}
    purity = summary("two", {"a": 0.9}, "many-to-one")
    assert accuracies([summary("one", {"a": 0.7}), purity]).empty
    assert accuracies([summary("plain", {"a": np.nan}, np.nan)]).shape == (0, 0)


def test_spread_and_chance_are_means_over_data_sets():
    one = summary("one", {"a": 0.7, "b": 0.8})
    two = summary("two", {"a": 0.9, "b": 0.6}).assign(accuracy_sd=0.03, chance_mean=[0.5, 0.1])
    found = means_across([one, two])
    assert found.index.tolist() == ["a, pca, kmeans", "b, pca, kmeans"]
    expected = {"accuracy_mean": [0.8, 0.7], "accuracy_sd": [0.02] * 2, "chance_mean": [0.5, 0.3]}
    for name, values in expected.items():
        assert found[name].tolist() == pytest.approx(values)


@pytest.mark.parametrize("n_datasets", [3, 6])
def test_the_figure(n_datasets):
    by_dataset = table(n_datasets)
    found = compare_across(by_dataset)
    figure = critical_difference(found, "six" if found else why_not(by_dataset))
    figure.draw_without_rendering()
    texts = [text.get_text() for text in figure.findobj(lambda item: hasattr(item, "get_text"))]
    assert any("good (1.00)" in text for text in texts) == (n_datasets == 6)
    assert any("No test" in text for text in texts) == (n_datasets == 3)
