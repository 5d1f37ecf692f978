def map_reductions():
    """The reductions that are drawn as a plane: those to two dimensions, or else the first."""
    planes = [reduction for reduction in REDUCTIONS if dimension(reduction) == 2]
    return planes or list(REDUCTIONS)[:1]


def mapped_groups(reduction):
    """The (reduction, clustering) whose groups are drawn on a plane: its own, or else those of
    the step nearest before it that is clustered, or else the first."""
    clustered = list(dict.fromkeys((r, c) for _, _, r, c in cells()))
    nearest_first = reversed(steps_to(REDUCTIONS, reduction))
    own = [pair for step in nearest_first for pair in clustered if pair[0] == step]
    return [*own, *clustered][0]


def groups_file(wc):
    """The clusters that a label map shows."""
    reduction, clustering = mapped_groups(wc.reduction)
    return f"results/{wc.dataset}/{wc.model}/seed{FIRST_SEED}/{reduction}/{clustering}/clusters.csv"


def map_settings(wc):
    """What the titles of a label map say."""
    clustered, clustering = mapped_groups(wc.reduction)
    names = {"dataset": wc.dataset, "model": wc.model, "reduction": wc.reduction}
    return {**names, "seed": FIRST_SEED, "clustering": clustering, "clustered": clustered}


def models_of(dataset):
    """What a title says of whose models are shown."""
    trained = trained_on(dataset)
    return dataset if trained == dataset else f"{dataset}, with the models trained on {trained}"


def plot_files(dataset, suffix="png"):
    """All figures of a data set."""
    maps = [f"label-map-{model}-{reduction}" for model in MODELS for reduction in map_reductions()]
    extremes = ["extremes"] if EXPERIMENT["show"]["extremes"] else []
    names = ["scores", *maps, "reconstructions", *extremes, "learning-curves", "progress"]
    return [f"results/{dataset}/plots/{name}.{suffix}" for name in names]


def without_clashes(files):
    """The files, if no two figures have the same one."""
    if len(set(files)) < len(files):
        raise InputError(
            "two label maps would have the same file name (label-map-MODEL-REDUCTION); "
            "rename a model or a reduction."
        )
    return files


PLOTS = or_exit(without_clashes, [file for name in DATASETS for file in plot_files(name)])


rule plot_learning_curves:
    input:
        lambda wc: expand(
            "results/{dataset}/{model}/seed{seed}/history.csv",
            dataset=trained_on(wc.dataset),
            model=MODELS,
            seed=SEEDS,
        ),
    output:
        png=report(
            "results/{dataset}/plots/learning-curves.png",
            caption="../report/learning-curves.rst",
            category="{dataset}",
            labels={"figure": "learning curves", "model": "all", "reduction": ""},
        ),
        svg="results/{dataset}/plots/learning-curves.svg",
    log:
        "results/logs/{dataset}/plots/learning-curves.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/learning-curves.tsv"
    params:
        settings=lambda wc: as_json(
            {
                "runs": [[model, seed] for model in MODELS for seed in SEEDS],
                "losses": {model: MODELS[model]["loss"] for model in MODELS},
                "title": f"{trained_on(wc.dataset)}: training",
            }
        ),
        code=code("plot_learning_curves.py"),
    script:
        "../scripts/plot_learning_curves.py"


rule reconstruct:
    input:
        images="results/{dataset}/images.npy",
        model=lambda wc: f"results/{trained_on(wc.dataset)}/{wc.model}/seed{wc.seed}/model.pt",
        reconstruction="results/{dataset}/{model}/seed{seed}/reconstruction.json",
    output:
        "results/{dataset}/{model}/seed{seed}/reconstructions.npz",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/reconstructions.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/reconstructions.tsv"
    params:
        settings=lambda wc: as_json(EXPERIMENT["show"]),
        code=lambda wc: model_code("reconstruct.py", wc.model),
    script:
        "../scripts/reconstruct.py"


rule plot_reconstructions:
    input:
        of_runs("results/{dataset}/{model}/seed{seed}/reconstructions.npz", seeds=[FIRST_SEED]),
    output:
        png=report(
            "results/{dataset}/plots/reconstructions.png",
            caption="../report/reconstructions.rst",
            category="{dataset}",
            labels={"figure": "reconstructions", "model": "all", "reduction": ""},
        ),
        svg="results/{dataset}/plots/reconstructions.svg",
    log:
        "results/logs/{dataset}/plots/reconstructions.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/reconstructions.tsv"
    params:
        settings=lambda wc: as_json(
            {
                "show": "chosen",
                "models": list(MODELS),
                "title": f"{models_of(wc.dataset)}: reconstructions, seed {FIRST_SEED}",
            }
        ),
        code=code("plot_reconstructions.py"),
    script:
        "../scripts/plot_reconstructions.py"


use rule plot_reconstructions as plot_extremes with:
    output:
        png=report(
            "results/{dataset}/plots/extremes.png",
            caption="../report/extremes.rst",
            category="{dataset}",
            labels={"figure": "best and worst reconstructions", "model": "all", "reduction": ""},
        ),
        svg="results/{dataset}/plots/extremes.svg",
    log:
        "results/logs/{dataset}/plots/extremes.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/extremes.tsv"
    params:
        settings=lambda wc: as_json(
            {
                "show": "extremes",
                "models": list(MODELS),
                "title": f"{models_of(wc.dataset)}: reconstructed best and worst, seed {FIRST_SEED}",
            }
        ),
        code=code("plot_reconstructions.py"),


rule plot_label_map:
    input:
        embedding=f"results/{{dataset}}/{{model}}/seed{FIRST_SEED}/{{reduction}}/embedding.npy",
        clusters=groups_file,
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
    output:
        png=report(
            "results/{dataset}/plots/label-map-{model}-{reduction}.png",
            caption="../report/label-map.rst",
            category="{dataset}",
            labels={"figure": "label map", "model": "{model}", "reduction": "{reduction}"},
        ),
        svg="results/{dataset}/plots/label-map-{model}-{reduction}.svg",
    log:
        "results/logs/{dataset}/plots/label-map-{model}-{reduction}.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/label-map-{model}-{reduction}.tsv"
    params:
        settings=lambda wc: as_json(map_settings(wc)),
        code=code("plot_label_map.py"),
    script:
        "../scripts/plot_label_map.py"


rule plot_score_grid:
    input:
        scores="results/{dataset}/scores.csv",
    output:
        png=report(
            "results/{dataset}/plots/scores.png",
            caption="../report/scores.rst",
            category="{dataset}",
            labels={"figure": "scores", "model": "all", "reduction": "all"},
        ),
        svg="results/{dataset}/plots/scores.svg",
    log:
        "results/logs/{dataset}/plots/scores.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/scores.tsv"
    params:
        code=code("plot_score_grid.py"),
    script:
        "../scripts/plot_score_grid.py"


rule plots:
    input:
        PLOTS,
