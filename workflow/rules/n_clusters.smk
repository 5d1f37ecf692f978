rule n_clusters_curves:
    input:
        features=lambda wc: grouped_space(**dict(wc.items())),
        equal="results/{dataset}/equal.npy",
    output:
        "results/{dataset}/{model}/seed{seed}/n_clusters.csv",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/n_clusters.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/n_clusters.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(encode_mb),
        runtime=minutes(10, 3),
    params:
        code=code("n_clusters_curves.py"),
    script:
        "../scripts/n_clusters_curves.py"


rule suggest_n_clusters:
    input:
        of_runs("results/{dataset}/{model}/seed{seed}/n_clusters.csv"),
    output:
        table="results/{dataset}/n_clusters.csv",
        suggestion="results/{dataset}/n_clusters.json",
    log:
        "results/logs/{dataset}/n_clusters.log",
    benchmark:
        "results/benchmarks/{dataset}/n_clusters.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(start_mb),
        runtime=minutes(5),
    params:
        code=code("suggest_n_clusters.py"),
    script:
        "../scripts/suggest_n_clusters.py"


rule plot_n_clusters:
    input:
        table="results/{dataset}/n_clusters.csv",
        suggestion="results/{dataset}/n_clusters.json",
        runs=of_runs("results/{dataset}/{model}/seed{seed}/n_clusters.csv"),
    output:
        png=report(
            "results/{dataset}/plots/n-clusters.png",
            caption="../report/n-clusters.rst",
            category="{dataset}",
            labels={"figure": "number of groups", "model": "all", "reduction": ""},
        ),
        svg="results/{dataset}/plots/n-clusters.svg",
    log:
        "results/logs/{dataset}/plots/n-clusters.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/n-clusters.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(start_mb),
        runtime=minutes(5),
    params:
        title=lambda wc: f"{models_of(wc.dataset)}: how many groups?",
        code=code("plot_n_clusters.py"),
    script:
        "../scripts/plot_n_clusters.py"


rule find_levels:
    input:
        lambda wc: grouped_space(wc.dataset, next(iter(MODELS)), FIRST_SEED),
    output:
        "results/{dataset}/levels.csv",
    log:
        "results/logs/{dataset}/levels.log",
    benchmark:
        "results/benchmarks/{dataset}/levels.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(levels_mb),
        runtime=minutes(5, 0.2),
    params:
        seed=FIRST_SEED,
        code=code("find_levels.py"),
    script:
        "../scripts/find_levels.py"


rule levels:
    input:
        expand("results/{dataset}/levels.csv", dataset=DATASETS),


rule n_clusters:
    input:
        results("results/{dataset}/plots/n-clusters.png"),
