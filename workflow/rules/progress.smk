rule cluster_snapshots:
    input:
        images=model_images,
        model=lambda wc: f"results/{trained_on(wc.dataset)}/{wc.model}/seed{wc.seed}/model.pt",
        snapshots=lambda wc: f"results/{trained_on(wc.dataset)}/{wc.model}/seed{wc.seed}/snapshots.pt",
    output:
        "results/{dataset}/{model}/seed{seed}/progress.npy",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/progress.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/progress.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(follow_mb),
        runtime=follow_minutes(10),
    params:
        settings=lambda wc: as_json(PROGRESS_CLUSTERING),
        code=lambda wc: progress_code(wc.model),
    script:
        "../scripts/cluster_snapshots.py"


rule score_progress:
    input:
        labels="results/{dataset}/labels.npy",
        progress=of_runs("results/{dataset}/{model}/seed{seed}/progress.npy", TRAINED),
    output:
        "results/{dataset}/progress.csv",
    log:
        "results/logs/{dataset}/progress.log",
    benchmark:
        "results/benchmarks/{dataset}/progress.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(score_mb),
        runtime=follow_minutes(5),
    params:
        runs=lambda wc: as_json([[model, seed] for model in TRAINED for seed in SEEDS]),
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
        mem_mb=growing(start_mb),
        runtime=minutes(5),
    params:
        title=lambda wc: progress_title(wc.dataset),
        code=code("plot_progress.py"),
    script:
        "../scripts/plot_progress.py"
