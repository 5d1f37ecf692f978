rule score_dataset:
    input:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        reconstructions=of_runs("results/{dataset}/{model}/seed{seed}/reconstruction.json"),
        embeddings=lambda wc: cell_files(wc.dataset, "embedding.npy"),
        clusters=lambda wc: cell_files(wc.dataset, "{clustering}/clusters.csv"),
    output:
        scores="results/{dataset}/scores.csv",
        provenance="results/{dataset}/provenance.json",
    log:
        "results/logs/{dataset}/score.log",
    benchmark:
        "results/benchmarks/{dataset}/score.tsv"
    conda:
        "../../envs/environment.yaml"
    params:
        settings=lambda wc: as_json(score_settings(wc.dataset)),
        cells=lambda wc: as_json([[*cell, benchmarks_of(wc.dataset, *cell)] for cell in cells()]),
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
