rule n_clusters_curves:
    input:
        features=lambda wc: results.grouped_space(wc.dataset, wc.model, wc.seed),
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
        mem_mb=growing(needs.encode_mb),
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
        mem_mb=growing(needs.start_mb),
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
        mem_mb=growing(needs.start_mb),
        runtime=minutes(5),
    params:
        title=lambda wc: f"{experiment.whose_models(wc.dataset)}: how many groups?",
        code=code("plot_n_clusters.py"),
    script:
        "../scripts/plot_n_clusters.py"


rule find_levels:
    input:
        lambda wc: results.grouped_space(wc.dataset, experiment.first_model, experiment.first_seed),
    output:
        "results/{dataset}/levels.csv",
    log:
        "results/logs/{dataset}/levels.log",
    benchmark:
        "results/benchmarks/{dataset}/levels.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.levels_mb),
        runtime=minutes(5, 0.2),
    params:
        seed=experiment.first_seed,
        code=code("find_levels.py"),
    script:
        "../scripts/find_levels.py"


rule levels:
    input:
        results.of_datasets("levels.csv"),


rule n_clusters:
    input:
        results.every("results/{dataset}/plots/n-clusters.png"),
