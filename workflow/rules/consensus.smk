rule find_consensus:
    input:
        equal="results/{dataset}/equal.npy",
        clusters=of_cells("{clustering}/clusters.csv"),
    output:
        clusters="results/{dataset}/consensus/clusters.csv",
        runner_up="results/{dataset}/consensus/runner_up.csv",
        members="results/{dataset}/consensus/members.csv",
        of_seeds=expand(
            "results/{{dataset}}/consensus/seed{seed}/clusters.csv",
            seed=experiment.seeds,
        ),
    log:
        "results/logs/{dataset}/consensus.log",
    benchmark:
        "results/benchmarks/{dataset}/consensus.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.agreement_mb),
        runtime=growing(needs.score_minutes),
    params:
        settings=lambda wc: as_json(
            {
                **experiment.settings["consensus"],
                "cells": cells_by_file(wc),
                "seeds": experiment.seeds,
            }
        ),
        code=code("consensus.py"),
    script:
        "../scripts/consensus.py"


rule plot_consensus:
    input:
        images="results/{dataset}/images.npy",
        embedding=lambda wc: results.consensus_plane(wc.dataset),
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
        mem_mb=growing(needs.draw_mb),
        runtime=minutes(5),
    params:
        title=lambda wc: experiment.consensus_title(wc.dataset),
        methods=as_json(experiment.methods(experiment.consensus_plane[1])),
        code=code_of_chain("plot_consensus.py", experiment.consensus_plane[1]),
    script:
        "../scripts/plot_consensus.py"
