"""The tables as one page of Markdown, with what each number means."""

import pandas as pd

from aecluster.report.markdown import markdown_table
from bench.intervals import AROUND
from bench.table import SIDES, TOLERANCES, WHOLE, core_table, quality_table, targets
from bench.work import Work

NAMES = {
    "kernel_pca": "kernel PCA",
    "tsne": "t-SNE",
    AROUND: "start, end, between",
    WHOLE: "**whole**",
}
_PARTS = {
    "computing": "computing: jobs, from reading to writing their files",
    "imports": "jobs that start Python and load libraries",
    "idle": "a core without a job, beside one that has one",
    "snakemake": "no job runs: Snakemake starts, plans, ends",
}


def page(
    about: dict,
    stages: pd.DataFrame,
    pairs: list[dict],
    limits: dict,
    work: dict[str, dict[str, Work]],
) -> str:
    """Return the whole text.

    Parameters
    ----------
    about : dict
        n_images, shape, machine, cores, versions, load (of the machine, before the first run).
    stages : DataFrame
        As in `bench.table.stage_table`.
    pairs, limits, work
        As there.
    """
    n = len(pairs)
    lines = [
        "# Benchmark",
        "",
        f"{about['n_images']:,} images of {about['shape']}, from files to the clusters of every "
        f"cell. Median of {n} {'run' if n == 1 else 'runs'} of each side, in turns, each with "
        f"another seed{' (least to most)' if n > 1 else ''}. {about['machine']}, {about['cores']} "
        f"cores; {about['versions']}.",
        "",
        *busy_warning(about),
        *_verdicts(pairs, stages),
        "## Time, memory, quality",
        "",
        *_times(stages, n),
        "",
        "- Plain way: one process, one step after another, as tutorials write it "
        "(`bench/plain.py`). The workflow: `snakemake cluster` in a fresh copy of the repository.",
        "- Seconds of a stage: every moment counts once; where jobs run side by side, each gets "
        "an equal part. Loading libraries counts for the stage that needs them.",
        "- MB: the most memory of a job, or of the plain process during that step; of the whole, "
        "of all processes at once.",
        "- In brackets: the precision of the training, plain way / workflow where they differ.",
        "- Quality: mean over the cells below.",
        "- The rest of the workflow, from scores to the page, takes "
        f"{pairs[0]['workflow']['page_seconds']:.0f} s more (first run).",
        "",
        "## Quality of each cell",
        "",
        *_qualities(quality_table(pairs)),
        "",
        "Agreement: the adjusted Rand index of the clusters of both sides. Chance: the accuracy of "
        "the workflow's clusters, shuffled among the images.",
        "",
        "## Rate against the machine's limits",
        "",
        f"Measured in the same run, on all cores (on one): matrix products in float32 "
        f"{limits['gflops_all']:.0f} ({limits['gflops_one']:.0f}) GFLOP/s, memory "
        f"{limits['gigabytes_all']:.1f} ({limits['gigabytes_one']:.1f}) GB/s.",
        "",
        *_rates(stages, work),
        "",
        "Work: the least that the results ask for, whatever the algorithm; where the sides differ "
        "(epochs), plain / workflow. What is computed in bfloat16 may pass the limit of float32.",
        "",
        "## Where the workflow's core time went",
        "",
        *_core_time(core_table(pairs)),
        "",
        f"Core time: {about['cores']} cores from the start of the command to its end. Overhead, in "
        "the targets, is the part of the CPU time that was not computing: a waiting core takes "
        "none.",
        "",
    ]
    return "\n".join(lines)


def busy_warning(about: dict) -> list[str]:
    """Return a paragraph about other work on the machine, where there was some."""
    if about["load"] < 0.25 * about["cores"]:
        return []
    return [
        f"**The machine had other work** (a load of {about['load']:.1f} before the first run): the "
        "times say little, CPU seconds somewhat more.",
        "",
    ]


def _verdicts(pairs, stages):
    rows = [(what, found, "yes" if met else "no") for what, found, met in targets(pairs, stages)]
    allowed = ", ".join(
        f"{measure} {tolerance:.1%}" if "MSE" in measure else f"{measure} {tolerance}"
        for measure, tolerance in TOLERANCES.items()
    )
    return [
        *markdown_table(["target", "found", "met"], rows),
        "",
        f"Worse is by more than: {allowed}.",
        "",
    ]


def _times(stages: pd.DataFrame, n: int) -> list[str]:
    header = ["stage", "plain, s", "workflow, s", "times faster", "plain, CPU s", "workflow, CPU s"]
    header += ["plain, MB", "workflow, MB", "quality", "plain", "workflow"]
    rows = []
    for _, row in stages.iterrows():
        seconds = [_seconds(row, side, n) for side in SIDES]
        cpu = [_shown(row[f"{side}_cpu_seconds"], ".1f") for side in SIDES]
        memory = [_shown(row[f"{side}_peak_mb"], ".0f") for side in SIDES]
        quality = [_shown(row[f"{side}_quality"], ".4f") for side in SIDES]
        measure = row["measure"] if isinstance(row["measure"], str) else "-"
        faster = "-" if row["stage"] == AROUND else _shown(row["times_faster"], ".2f")
        name = NAMES.get(row["stage"], row["stage"])
        if row["precision"]:
            name += f" ({row['precision']})"
        rows.append([name, *seconds, faster, *cpu, *memory, measure, *quality])
    return markdown_table(header, rows)


def _seconds(row: pd.Series, side: str, n: int) -> str:
    median = _shown(row[f"{side}_seconds"], ".1f")
    if n == 1 or median == "-":
        return median
    return f"{median} ({row[f'{side}_least']:.1f} to {row[f'{side}_most']:.1f})"


def _qualities(table: pd.DataFrame) -> list[str]:
    header = ["stage", "cell", "measure", "plain", "workflow", "chance", "agreement"]
    rows = [
        [
            NAMES.get(row["stage"], row["stage"]),
            row["cell"],
            row["measure"],
            *(_shown(row[side], ".4f") for side in SIDES),
            _shown(row["chance"], ".3f"),
            _shown(row["agreement"], ".3f"),
        ]
        for _, row in table.iterrows()
    ]
    return markdown_table(header, rows)


def _rates(stages: pd.DataFrame, work: dict[str, dict[str, Work]]) -> list[str]:
    header = ["stage", "work", "counted", "plain", "of the limit", "workflow", "of the limit"]
    rows = []
    for _, row in stages.iterrows():
        plain, needs = (work[side].get(row["stage"]) for side in SIDES)
        if needs is None:
            continue
        rates = [
            text
            for side in SIDES
            for text in (
                f"{row[f'{side}_rate']:.3g} {needs.unit}/s",
                f"{100 * row[f'{side}_of_limit']:.2g} %",
            )
        ]
        name = NAMES.get(row["stage"], row["stage"])
        amounts = dict.fromkeys(f"{each.amount:.3g}" for each in (plain, needs))
        rows.append([name, f"{' / '.join(amounts)} {needs.unit}", needs.counts, *rates])
    return markdown_table(header, rows)


def _core_time(table: pd.DataFrame) -> list[str]:
    rows = [
        [_PARTS[name], f"{row['core_seconds']:.1f}", f"{row['part']:.1%}"]
        for name, row in table.iterrows()
    ]
    return markdown_table(["what", "core seconds", "part"], rows)


def _shown(value: float | None, digits: str) -> str:
    return "-" if pd.isna(value) else f"{value:{digits}}"
