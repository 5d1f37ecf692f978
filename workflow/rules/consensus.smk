rule find_consensus:
    input:
        images="results/{dataset}/images.npy",
        clusters=lambda wc: cell_files(wc.dataset, "{clustering}/clusters.csv"),
    output:
        clusters="results/{dataset}/consensus/clusters.csv",
        members="results/{dataset}/consensus/members.csv",
        of_seeds=expand(
            "results/{{dataset}}/consensus/seed{seed}/clusters.csv",
            seed=SEEDS,
        ),
    log:
        "results/logs/{dataset}/consensus.log",
    benchmark:
        "results/benchmarks/{dataset}/consensus.tsv"
    conda:
        "../../envs/environment.yaml"
    params:
        settings=lambda wc: as_json({**EXPERIMENT["consensus"], "cells": cells(), "seeds": SEEDS}),
        code=code("consensus.py"),
    script:
        "../scripts/consensus.py"
