rule encode_sample:
    input:
        images="results/{dataset}/images.npy",
    output:
        "results/{dataset}/sample-features.npy",
    log:
        "results/logs/{dataset}/sample-features.log",
    benchmark:
        "results/benchmarks/{dataset}/sample-features.tsv"
    # On one core and early, beside the training: at the end, all that is left would wait for it.
    priority: 2
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.sample_features_mb),
        runtime=minutes(5),
    params:
        network=experiment.settings["selection"]["encoder"],
        code=exporting_code("encode_sample.py"),
    script:
        "../scripts/encode_sample.py"


rule select_configuration:
    input:
        latents=of_runs("results/{dataset}/{model}/seed{seed}/latents.npy"),
        features=sample_features,
        clusters=of_cells("{clustering}/clusters.csv"),
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
        mem_mb=growing(needs.selection_mb),
        runtime=growing(needs.score_minutes),
    params:
        settings=lambda wc: as_json(
            {
                **experiment.settings["consensus"],
                "criterion": experiment.settings["selection"]["criterion"],
                "cells": cells_by_file(wc),
                "pretrained": pretrained_features(wc),
                "split": experiment.datasets[wc.dataset]["split"],
            }
        ),
        code=code("select_configuration.py"),
    script:
        "../scripts/select_configuration.py"


rule select_checkpoints:
    input:
        equal="results/{dataset}/equal.npy",
        progress=of_runs("results/{dataset}/{model}/seed{seed}/progress.npy", experiment.trained),
    output:
        "results/{dataset}/checkpoints.csv",
    log:
        "results/logs/{dataset}/checkpoints.log",
    benchmark:
        "results/benchmarks/{dataset}/checkpoints.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.score_mb),
        runtime=growing(needs.score_minutes),
    params:
        runs=lambda wc: as_json(runs_by_file(wc.dataset, "progress.npy")),
        code=code("select_checkpoints.py"),
    script:
        "../scripts/select_checkpoints.py"
