rule select_arm:
    input:
        latents=of_runs("results/{dataset}/{model}/seed{seed}/latents.npy"),
        clusters=lambda wc: cell_files(wc.dataset, "{clustering}/clusters.csv"),
    output:
        table="results/{dataset}/selection.csv",
        choice="results/{dataset}/selection.json",
    log:
        "results/logs/{dataset}/selection.log",
    benchmark:
        "results/benchmarks/{dataset}/selection.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(lambda wc: score_mb(wc) + agreement_mb(wc)),
        runtime=growing(score_minutes),
    params:
        settings=lambda wc: as_json(
            {
                **EXPERIMENT["consensus"],
                **EXPERIMENT["selection"],
                "cells": cells(),
                "split": DATASETS[wc.dataset]["split"],
            }
        ),
        code=code("select_arm.py"),
    script:
        "../scripts/select_arm.py"


rule select_checkpoints:
    input:
        images="results/{dataset}/images.npy",
        progress=of_runs("results/{dataset}/{model}/seed{seed}/progress.npy", TRAINED),
    output:
        "results/{dataset}/checkpoints.csv",
    log:
        "results/logs/{dataset}/checkpoints.log",
    benchmark:
        "results/benchmarks/{dataset}/checkpoints.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(score_mb),
        runtime=growing(score_minutes),
    params:
        settings=lambda wc: as_json({"models": TRAINED, "seeds": SEEDS}),
        code=code("select_checkpoints.py"),
    script:
        "../scripts/select_checkpoints.py"
