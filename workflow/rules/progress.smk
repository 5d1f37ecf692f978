def progress_cell():
    """The first reduction and clustering of the experiment: what training is followed with."""
    return next((reduction, clustering) for _, _, reduction, clustering in cells())


def progress_settings():
    """Settings of the steps from latents to clusters that training is followed with."""
    reduction, clustering = progress_cell()
    keys = ("method", "n_clusters", "params")
    return {
        "reductions": [REDUCTIONS[step] for step in steps_to(REDUCTIONS, reduction)],
        "clustering": {key: CLUSTERINGS[clustering][key] for key in keys},
    }


def progress_code(model):
    """Digest of the script and of the model, reductions and clusterer that it builds by name."""
    settings = progress_settings()
    steps = [locate("reductions", step["method"])[0] for step in settings["reductions"]]
    return code(
        "cluster_snapshots.py",
        locate("models", MODELS[model]["architecture"])[0],
        locate("clusterings", settings["clustering"]["method"])[0],
        *steps,
    )


rule cluster_snapshots:
    input:
        images="results/{dataset}/images.npy",
        model=lambda wc: f"results/{trained_on(wc.dataset)}/{wc.model}/seed{wc.seed}/model.pt",
        snapshots=lambda wc: f"results/{trained_on(wc.dataset)}/{wc.model}/seed{wc.seed}/snapshots.pt",
    output:
        "results/{dataset}/{model}/seed{seed}/progress.npy",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/progress.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/progress.tsv"
    params:
        settings=lambda wc: as_json(progress_settings()),
        code=lambda wc: progress_code(wc.model),
    conda:
        "../../envs/environment.yaml"
    script:
        "../scripts/cluster_snapshots.py"


rule score_progress:
    input:
        labels="results/{dataset}/labels.npy",
        progress=of_runs("results/{dataset}/{model}/seed{seed}/progress.npy"),
    output:
        "results/{dataset}/progress.csv",
    log:
        "results/logs/{dataset}/progress.log",
    benchmark:
        "results/benchmarks/{dataset}/progress.tsv"
    params:
        runs=lambda wc: as_json([[model, seed] for model in MODELS for seed in SEEDS]),
        code=code("score_progress.py"),
    conda:
        "../../envs/environment.yaml"
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
    params:
        title=lambda wc: f"{models_of(wc.dataset)}: {' and '.join(progress_cell())}",
        code=code("plot_progress.py"),
    conda:
        "../../envs/environment.yaml"
    script:
        "../scripts/plot_progress.py"
