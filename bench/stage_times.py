"""Print what each stage of the last run cost, from Snakemake's benchmark files.

python -m bench.stage_times [results/benchmarks]
"""

import sys
from pathlib import Path

import pandas as pd


def stage_times(folder: Path) -> pd.DataFrame:
    """Return one row a stage: number of jobs, total and median seconds, CPU seconds, memory."""
    rows = []
    for file in sorted(folder.rglob("*.tsv")):
        measured = pd.read_csv(file, sep="\t").iloc[0]
        # a shard belongs to its stage: latents.0.tsv, latents.1.tsv, ...
        stage = "plots" if "plots" in file.parts else file.name.split(".")[0]
        rows.append({"stage": stage, **measured[["s", "cpu_time", "max_rss"]]})
    if not rows:
        sys.exit(f"Error: there are no benchmarks in {folder}; run `make run` first.")
    table = pd.DataFrame(rows)
    numbers = table.columns.drop("stage")
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")
    grouped = table.groupby("stage")
    summary = pd.DataFrame(
        {
            "jobs": grouped.size(),
            "seconds": grouped["s"].sum(),
            "median_seconds": grouped["s"].median(),
            "cpu_seconds": grouped["cpu_time"].sum(),
            "peak_memory_mb": grouped["max_rss"].max(),
        }
    )
    summary["part"] = summary["seconds"] / summary["seconds"].sum()
    return summary.sort_values("seconds", ascending=False)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "results/benchmarks")
    print(stage_times(folder).to_string(float_format=lambda value: f"{value:.2f}"))
