rule find_consensus:
    input:
        images="results/{dataset}/images.npy",
        clusters=lambda wc: cell_files(wc.dataset, "{clustering}/clusters.csv"),
    output:
        clusters="results/{dataset}/consensus/clusters.csv",
        runner_up="results/{dataset}/consensus/runner_up.csv",
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
    resources:
        mem_mb=growing(agreement_mb),
        runtime=growing(score_minutes),
    params:
        settings=lambda wc: as_json({**EXPERIMENT["consensus"], "cells": cells(), "seeds": SEEDS}),
        code=code("consensus.py"),
    script:
        "../scripts/consensus.py"


rule plot_consensus:
    input:
        images="results/{dataset}/images.npy",
        embedding=lambda wc: consensus_plane(wc.dataset),
        consensus="results/{dataset}/consensus/clusters.csv",
    output:
        png=report(
            "results/{dataset}/plots/consensus.png",
            caption="../report/consensus.rst",
            category="{dataset}",
            labels={"figure": "consensus", "model": "all", "reduction": "all"},
        ),
        svg="results/{dataset}/plots/consensus.svg",
    log:
        "results/logs/{dataset}/plots/consensus.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/consensus.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(draw_mb),
        runtime=minutes(5),
    params:
        title=lambda wc: consensus_title(wc.dataset),
        methods=as_json(methods_of(REDUCTIONS, plane_of_consensus()[1])),
        code=code_of_chain("plot_consensus.py", plane_of_consensus()[1]),
    script:
        "../scripts/plot_consensus.py"
