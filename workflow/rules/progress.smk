rule cluster_snapshots:
    input:
        images=model_images,
        model=of_training("model.pt"),
        snapshots=of_training("snapshots.pt"),
    output:
        "results/{dataset}/{model}/seed{seed}/progress.npy",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/progress.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/progress.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.follow_mb),
        runtime=growing(needs.follow_minutes),
    params:
        settings=lambda wc: as_json(experiment.progress_clustering()),
        code=lambda wc: model_code(
            "cluster_snapshots.py",
            wc.model,
            locate("clusterings", experiment.progress_clustering()["method"])[0],
        ),
    script:
        "../scripts/cluster_snapshots.py"


rule score_progress:
    input:
        labels="results/{dataset}/labels.npy",
        progress=of_runs("results/{dataset}/{model}/seed{seed}/progress.npy", experiment.trained),
    output:
        "results/{dataset}/progress.csv",
    log:
        "results/logs/{dataset}/progress.log",
    benchmark:
        "results/benchmarks/{dataset}/progress.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.score_mb),
        runtime=growing(needs.score_progress_minutes),
    params:
        runs=lambda wc: as_json(runs_by_file(wc.dataset, "progress.npy")),
        code=code("score_progress.py"),
    script:
        "../scripts/score_progress.py"


rule plot_progress:
    input:
        "results/{dataset}/progress.csv",
    output:
        png=report(
            "results/{dataset}/plots/progress.png",
            caption="../report/progress.rst",
            category="{dataset}",
            labels={"figure": "training and clusters", "model": "all", "reduction": ""},
        ),
        svg="results/{dataset}/plots/progress.svg",
    log:
        "results/logs/{dataset}/plots/progress.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/progress.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=minutes(5),
    params:
        title=lambda wc: plan.progress_title(wc.dataset),
        code=code("plot_progress.py"),
    script:
        "../scripts/plot_progress.py"
