rule score_dataset:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        reconstructions=of_runs("results/{dataset}/{model}/seed{seed}/reconstruction.json"),
        embeddings=lambda wc: cell_files(wc.dataset, "embedding.npy"),
        clusters=lambda wc: cell_files(wc.dataset, "{clustering}/clusters.csv"),
        consensus=lambda wc: consensus_files(wc.dataset),
    output:
        "results/{dataset}/scores.csv",
    log:
        "results/logs/{dataset}/score.log",
    benchmark:
        "results/benchmarks/{dataset}/score.tsv"
    conda:
        "../../envs/environment.yaml"
    params:
        cells=lambda wc: as_json([[*cell, benchmarks_of(wc.dataset, *cell)] for cell in cells()]),
        consensus=lambda wc: as_json(
            [[seed, consensus_benchmarks(wc.dataset, seed)] for seed in SEEDS]
        ),
        code=code("score.py"),
    script:
        "../scripts/score.py"


rule summarise_scores:
    input:
        scores="results/{dataset}/scores.csv",
    output:
        table="results/{dataset}/summary.csv",
        comparisons="results/{dataset}/comparisons.csv",
        text="results/{dataset}/summary.md",
    log:
        "results/logs/{dataset}/summary.log",
    benchmark:
        "results/benchmarks/{dataset}/summary.tsv"
    conda:
        "../../envs/environment.yaml"
    params:
        code=code("summarise.py"),
    script:
        "../scripts/summarise.py"
