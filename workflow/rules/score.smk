rule score_run:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        reconstruction=lambda wc: reconstructions(wc, [wc.model], [wc.seed]),
        embeddings=files_of_run("embedding.npy"),
        clusters=files_of_run("{clustering}/clusters.csv"),
    output:
        "results/{dataset}/{model}/seed{seed}/scores.csv",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/score.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/score.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(score_mb),
        runtime=growing(score_run_minutes),
    params:
        cells=lambda wc: as_json(cells_with_benchmarks(wc.dataset, *run_of(wc))),
        methods=lambda wc: as_json(chains()),
        code=code_of_chain("score_run.py", *REDUCTIONS),
    script:
        "../scripts/score_run.py"


# All cells, or none of them where each run has its table.
rule score_dataset:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        runs=scored_runs,
        reconstructions=unless_scored(reconstructions),
        embeddings=unless_scored(lambda wc: cell_files(wc.dataset, "embedding.npy")),
        clusters=unless_scored(lambda wc: cell_files(wc.dataset, "{clustering}/clusters.csv")),
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
        cells=lambda wc: as_json([] if SCORED_BY_RUN else cells_with_benchmarks(wc.dataset)),
        consensus=lambda wc: as_json(
            [[seed, consensus_benchmarks(wc.dataset, seed)] for seed in SEEDS]
        ),
        methods=lambda wc: as_json(chains()),
        code=code_of_chain("score.py", *REDUCTIONS),
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
