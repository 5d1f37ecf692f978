"""A short discussion of the scores: only what the numbers carry, each statement with its number."""

from collections.abc import Callable
from itertools import combinations

import pandas as pd

from aecluster.report.numbers import number, p_value, spread, with_spread
from aecluster.report.section import Section
from aecluster.scoring.collapse import at_chance
from aecluster.scoring.matchings import joint_name
from aecluster.statistics.comparisons import LEVEL

SHOWN = 3  # of a list; the rest is counted


def discussion_section(summary: pd.DataFrame, comparisons: pd.DataFrame) -> Section:
    """Return a list of statements.

    Parameters
    ----------
    summary : DataFrame
        What `aecluster.scoring.summary.summarise` returns, of one data set.
    comparisons : DataFrame
        What `aecluster.statistics.comparisons.compare` returns, of the same scores.
    """
    what, cells = _main_score(summary)
    points = [
        _best(cells, what),
        *_collapsed(summary),
        *([] if what == "silhouette" else _differences(comparisons)),
        *_reconstruction(cells, what),
        *(_no_labels() if what == "silhouette" else _parts(cells, what)),
    ]
    return Section("Discussion", points=points)


def _main_score(summary: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Return what the discussion is about, and the cells that have it.

    Purity does not compare with accuracy: it is discussed where there is no accuracy.
    """
    if summary["accuracy_mean"].isna().all():
        return "silhouette", summary
    one_to_one = summary["matching"] == "one-to-one"
    if one_to_one.any():
        return "accuracy", summary[one_to_one]
    return "purity", summary


def _column(what: str) -> str:
    return "accuracy" if what == "purity" else what


def _cell(row: pd.Series) -> str:
    return f"`{row['model']}` with `{row['reduction']}` and `{row['clustering']}`"


def _best(cells: pd.DataFrame, what: str) -> str:
    score = _column(what)
    if cells[f"{score}_mean"].isna().all():
        return f"No cell has a {what}: all {len(cells)} have a single group."
    cells = cells[cells[f"{score}_mean"].notna()]
    best = cells.loc[cells[f"{score}_mean"].idxmax()]
    mean, seeds = ("", "1 seed") if best["n"] == 1 else ("mean ", f"{best['n']} seeds")
    of = f" of {len(cells)} cells" if len(cells) > 1 else ""
    text = f"Highest {mean}{what}{of}: {with_spread(best, score)} ({_cell(best)}, {seeds})"
    if what == "silhouette":
        return f"{text}."
    above = best["accuracy_mean"] - best["chance_mean"]
    side = "above" if above >= 0 else "below"
    text += f", {abs(above):.3f} {side} chance ({number(best['chance_mean'])})"
    text += (
        "; this is optimistic, because the labels were used to pick it" if len(cells) > 1 else ""
    )
    return f"{text}."


def _collapsed(summary: pd.DataFrame) -> list[str]:
    """Name every collapsed cell, and tell those at chance level from those of one group."""
    collapsed = summary["collapsed"].astype(bool)
    columns = ("accuracy_mean", "accuracy_sd", "n", "chance_mean")
    chance = at_chance(*(summary[column] for column in columns))
    sentences = []
    if (collapsed & chance).any():
        configurations = _configurations(summary, collapsed & chance, _against_chance)
        sentences.append(f"Collapsed, no better than chance: {configurations}.")
    if (collapsed & ~chance).any():
        configurations = _configurations(summary, collapsed & ~chance, _of_one_group)
        sentences.append(f"Collapsed, with nearly all images in one group: {configurations}.")
    return sentences


def _configurations(summary: pd.DataFrame, chosen: pd.Series, numbers: Callable) -> str:
    """Return models, each with its chosen cells, and the numbers of these."""
    texts = []
    for (model, clustering), cells in summary.groupby(["model", "clustering"], sort=False):
        part = cells[chosen[cells.index]]
        if part.empty:
            continue
        names = ", ".join(f"`{name}`" for name in part["reduction"])
        if 1 < len(part) == len(cells):
            names = f"all {len(part)} reductions"
        texts.append(f"`{model}` with {names} and `{clustering}` ({numbers(part)})")
    return "; ".join(texts)


def _against_chance(cells: pd.DataFrame) -> str:
    name = joint_name(cells["matching"])
    return f"{name} {_range(cells, 'accuracy')}, chance {_range(cells, 'chance')}"


def _of_one_group(cells: pd.DataFrame) -> str:
    return f"{_range(cells, 'largest_cluster')} of the images"


def _range(cells: pd.DataFrame, score: str) -> str:
    if len(cells) == 1:
        row = cells.iloc[0]
        return number(row["chance_mean"]) if score == "chance" else with_spread(row, score)
    ends = [number(end) for end in (cells[f"{score}_mean"].min(), cells[f"{score}_mean"].max())]
    return " to ".join(dict.fromkeys(ends))


def _differences(comparisons: pd.DataFrame) -> list[str]:
    """Sort all comparisons into those that pass the test, those that do not, and those without."""
    total = len(comparisons)
    if not total:
        return ["There are no two models or reductions to compare."]
    if (comparisons["n"] == 1).all():
        return [f"With one seed, none of the {total} differences can be tested."]
    several = comparisons["clustering"].replace("", pd.NA).nunique() > 1
    passed = comparisons["p_holm"] < LEVEL
    untested = comparisons["p"].isna()
    larger = comparisons["larger_than_spread"].astype(bool) & ~passed & ~untested
    rest = int((~(passed | untested | larger)).sum())
    sentences = [_passed(comparisons[passed], comparisons, several)]
    if larger.any():
        rows = comparisons[larger].sort_values(["p_holm", "p"], kind="stable")
        sentences.append(
            f"Larger than the spread over seeds but not significant, {larger.sum()} of {total}: "
            f"{_listed([_difference(row, several) for _, row in rows.iterrows()])}."
        )
    if untested.any():
        sentences.append(
            f"Not testable: {untested.sum()} of {total} differences, which have one seed or are "
            "identical for every seed."
        )
    if rest:
        sentences.append(f"No larger than the spread over seeds: the other {rest} of {total}.")
    return sentences


def _passed(passed: pd.DataFrame, comparisons: pd.DataFrame, several: bool) -> str:
    if passed.empty:
        least = comparisons["p_holm"].min()
        smallest = "" if pd.isna(least) else f"; smallest corrected p: {p_value(least)}"
        return (
            f"None of {len(comparisons)} differences is significant in the paired test after "
            f"Holm's correction (p < 0.05{smallest})."
        )
    rows = passed.sort_values(["p_holm", "p"], kind="stable")
    texts = [_difference(row, several) for _, row in rows.iterrows()]
    return (
        f"Significant in the paired test after Holm's correction (p < 0.05), {len(passed)} of "
        f"{len(comparisons)}: {_listed(texts)}."
    )


def _difference(row: pd.Series, several_clusterings: bool) -> str:
    """Return a difference in words; the better one comes first."""
    error = row["what"] == "reconstruction_mse"
    first_is_better = (row["difference"] < 0) == error
    better, other = (row["a"], row["b"]) if first_is_better else (row["b"], row["a"])
    where = [f"`{row['clustering']}`"] if several_clusterings and row["clustering"] else []
    where += [f"`{row['at']}`"] if row["at"] else []
    name = ", ".join(["reconstruction error" if error else row["what"], *where])
    size = spread(abs(row["difference"]), row["sd"], row["what"])
    p = p_value(row["p_holm"])
    numbers = [f"corrected p {p if p[0] == '<' else f'= {p}'}"]
    if pd.notna(row["effect"]):
        numbers.append(f"effect {abs(row['effect']):.2f}")
    side = "below" if error else "above"
    return f"{name}: `{better}` {side} `{other}` by {size} ({', '.join(numbers)})"


def _reconstruction(cells: pd.DataFrame, what: str) -> list[str]:
    """Say whether lower errors go with higher scores, over the pairs of models."""
    score = f"{_column(what)}_mean"
    means = cells.groupby("model", sort=False)[["reconstruction_mse_mean", score]].mean().dropna()
    if len(means) < 2:
        return []
    errors, scores = means["reconstruction_mse_mean"], means[score]
    pairs = list(combinations(means.index, 2))
    together = sum((errors[a] - errors[b]) * (scores[a] - scores[b]) < 0 for a, b in pairs)
    low = [f"`{m}` {number(v, 'reconstruction_mse')}" for m, v in errors.sort_values().items()]
    high = [f"`{m}` {number(v)}" for m, v in scores.sort_values(ascending=False).items()]
    if len(pairs) == 1:
        text = f"The model with the lower error has {'' if together else 'not '}the higher {what}"
        text += ": 1 pair of models"
    else:
        text = f"The lower error goes with the higher {what} in {together} of {len(pairs)} pairs"
        text += " of models"
    return [
        f"Models by reconstruction error, lowest first: {', '.join(low)}; by mean {what} over "
        f"their cells, highest first: {', '.join(high)}.",
        f"{text}. This does not show a cause.",
    ]


def _parts(cells: pd.DataFrame, what: str) -> list[str]:
    gaps = (cells["accuracy_public_mean"] - cells["accuracy_private_mean"]).abs()
    if gaps.isna().all():
        return []
    row = cells.loc[gaps.idxmax()]
    where = f" ({_cell(row)})" if len(cells) > 1 else ""
    return [f"Mean public and private {what} differ by at most {number(gaps.max())}{where}."]


def _no_labels() -> list[str]:
    return [
        "Without labels, silhouettes are measured in the space of each reduction. They compare "
        "reductions poorly and do not show whether the groups are right."
    ]


def _listed(texts: list[str]) -> str:
    more = len(texts) - SHOWN
    return "; ".join(texts[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
