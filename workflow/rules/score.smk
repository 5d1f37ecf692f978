rule score_dataset:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        reconstructions=of_runs("results/{dataset}/{model}/seed{seed}/reconstruction.json"),
        embeddings=lambda wc: cell_files(wc.dataset, "embedding.npy"),
        clusters=lambda wc: cell_files(wc.dataset, "{clustering}/clusters.csv"),
        consensus=lambda wc: consensus_files(wc.dataset),
    output:
        scores="results/{dataset}/scores.csv",
        provenance="results/{dataset}/provenance.json",
    log:
        "results/logs/{dataset}/score.log",
    benchmark:
        "results/benchmarks/{dataset}/score.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(score_mb),
        runtime=growing(score_minutes),
    params:
        settings=lambda wc: as_json(score_settings(wc.dataset)),
        cells=lambda wc: as_json([[*cell, benchmarks_of(wc.dataset, *cell)] for cell in cells()]),
        consensus=lambda wc: as_json(
            [[seed, consensus_benchmarks(wc.dataset, seed)] for seed in SEEDS]
        ),
        code=code("score.py"),
    script:
        "../scripts/score.py"


rule gather_evidence:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        clusters=lambda wc: cell_files(wc.dataset, "{clustering}/clusters.csv"),
        consensus=lambda wc: consensus_files(wc.dataset),
    output:
        "results/{dataset}/evidence.csv",
    log:
        "results/logs/{dataset}/evidence.log",
    benchmark:
        "results/benchmarks/{dataset}/evidence.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(votes_mb),
        runtime=growing(score_minutes),
    params:
        settings=lambda wc: as_json({"cells": cells(), "seeds": SEEDS}),
        code=code("gather_evidence.py"),
    script:
        "../scripts/gather_evidence.py"


rule summarise_scores:
    input:
        scores="results/{dataset}/scores.csv",
        evidence="results/{dataset}/evidence.csv",
        selection="results/{dataset}/selection.csv",
        choice="results/{dataset}/selection.json",
        checkpoints="results/{dataset}/checkpoints.csv",
        progress="results/{dataset}/progress.csv",
    output:
        table="results/{dataset}/summary.csv",
        comparisons="results/{dataset}/comparisons.csv",
        choices="results/{dataset}/choices.csv",
        criteria="results/{dataset}/criteria.csv",
        text="results/{dataset}/summary.md",
    log:
        "results/logs/{dataset}/summary.log",
    benchmark:
        "results/benchmarks/{dataset}/summary.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(start_mb),
        runtime=growing(score_minutes),
    params:
        code=code("summarise.py"),
    script:
        "../scripts/summarise.py"
