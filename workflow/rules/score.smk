rule score_run:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        reconstruction=lambda wc: results.reconstructions(wc.dataset, [wc.model], [wc.seed]),
        embeddings=of_cells_of_run("embedding.npy"),
        clusters=of_cells_of_run("{clustering}/clusters.csv"),
    output:
        "results/{dataset}/{model}/seed{seed}/scores.csv",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/score.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/score.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.score_mb),
        runtime=growing(needs.score_run_minutes),
    params:
        cells=lambda wc: as_json(results.to_score(wc.dataset, experiment.cells_by_run[run_of(wc)])),
        methods=lambda wc: as_json(experiment.chains()),
        code=code_of_chain("score_run.py", *experiment.reductions),
    script:
        "../scripts/score_run.py"


# All cells, or none of them where each run has its table.
rule score_dataset:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        runs=lambda wc: (results.of_runs(wc.dataset, "scores.csv") if plan.scored_by_run else []),
        reconstructions=unless_scored(lambda wc: results.reconstructions(wc.dataset)),
        embeddings=unless_scored(of_cells("embedding.npy")),
        clusters=unless_scored(of_cells("{clustering}/clusters.csv")),
        consensus=lambda wc: results.consensus(wc.dataset),
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
        mem_mb=growing(needs.score_mb),
        runtime=growing(needs.score_minutes),
    params:
        settings=lambda wc: as_json(experiment.score_settings(wc.dataset)),
        cells=lambda wc: as_json(
            {} if plan.scored_by_run else results.to_score(wc.dataset, experiment.cells)
        ),
        consensus=lambda wc: as_json(
            [[seed, results.consensus_jobs(wc.dataset, seed)] for seed in experiment.seeds]
        ),
        methods=lambda wc: as_json(experiment.chains()),
        code=code_of_chain("score.py", *experiment.reductions),
    script:
        "../scripts/score.py"


rule gather_evidence:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        clusters=of_cells("{clustering}/clusters.csv"),
        consensus=lambda wc: results.consensus(wc.dataset),
    output:
        "results/{dataset}/evidence.csv",
    log:
        "results/logs/{dataset}/evidence.log",
    benchmark:
        "results/benchmarks/{dataset}/evidence.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.votes_mb),
        runtime=growing(needs.score_minutes),
    params:
        settings=lambda wc: as_json({"cells": cells_by_file(wc)}),
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
        summary="results/{dataset}/summary.csv",
        comparisons="results/{dataset}/comparisons.csv",
        choices="results/{dataset}/choices.csv",
        criteria="results/{dataset}/criteria.csv",
        sections="results/{dataset}/summary.json",
        text="results/{dataset}/summary.md",
    log:
        "results/logs/{dataset}/summary.log",
    benchmark:
        "results/benchmarks/{dataset}/summary.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=growing(needs.score_minutes),
    params:
        settings=lambda wc: as_json(experiment.settings["reference"]),
        code=code("summarise.py"),
    script:
        "../scripts/summarise.py"
