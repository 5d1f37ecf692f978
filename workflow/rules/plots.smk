rule plot_learning_curves:
    input:
        lambda wc: expand(
            "results/{dataset}/{model}/seed{seed}/history.csv",
            dataset=experiment.trained_on(wc.dataset),
            model=experiment.trained,
            seed=experiment.seeds,
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
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=minutes(5),
    params:
        settings=lambda wc: as_json(
            {
                "runs": runs_by_file(experiment.trained_on(wc.dataset), "history.csv"),
                "losses": {
                    model: experiment.models[model]["loss"] for model in experiment.trained
                },
                "title": f"{experiment.trained_on(wc.dataset)}: training",
            }
        ),
        code=code("plot_learning_curves.py"),
    script:
        "../scripts/plot_learning_curves.py"


rule reconstruct:
    input:
        images=model_images,
        model=of_training("model.pt"),
        reconstruction="results/{dataset}/{model}/seed{seed}/reconstruction.json",
    output:
        "results/{dataset}/{model}/seed{seed}/reconstructions.npz",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/reconstructions.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/reconstructions.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.train_mb),
        runtime=minutes(5),
    params:
        settings=lambda wc: as_json({key: experiment.show[key] for key in ("indices", "extremes")}),
        code=lambda wc: model_code("reconstruct.py", wc.model),
    script:
        "../scripts/reconstruct.py"


rule plot_reconstructions:
    input:
        of_runs(
            "results/{dataset}/{model}/seed{seed}/reconstructions.npz",
            experiment.trained,
            [experiment.first_seed],
        ),
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
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=minutes(5),
    params:
        settings=lambda wc: as_json(
            {
                "show": "chosen",
                "models": shown_models(wc),
                "title": f"{experiment.whose_models(wc.dataset)}: reconstructions, seed {experiment.first_seed}",
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
                "models": shown_models(wc),
                "title": f"{experiment.whose_models(wc.dataset)}: reconstructed best and worst, seed {experiment.first_seed}",
            }
        ),
        code=code("plot_reconstructions.py"),


rule plot_label_map:
    input:
        embedding=f"results/{{dataset}}/{{model}}/seed{experiment.first_seed}/{{reduction}}/embedding.npy",
        clusters=lambda wc: results.mapped_groups(wc.dataset, wc.model, wc.reduction),
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        groups=lambda wc: results.groups_that_number(wc.dataset),
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
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.draw_mb),
        runtime=minutes(5, 0.1),
    params:
        settings=lambda wc: as_json(experiment.map_settings(wc.dataset, wc.model, wc.reduction)),
        code=lambda wc: code_of_chain("plot_label_map.py", wc.reduction),
    script:
        "../scripts/plot_label_map.py"


rule plot_from_files:
    input:
        unpack(lambda wc: results.figure_inputs(wc.dataset, wc.figure)),
    output:
        png=report(
            "results/{dataset}/plots/{figure}.png",
            caption="../report/from-files.rst",
            category="{dataset}",
            labels={"figure": "{figure}", "model": "all", "reduction": "all"},
        ),
        svg="results/{dataset}/plots/{figure}.svg",
    log:
        "results/logs/{dataset}/plots/{figure}.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/{figure}.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=minutes(5),
    params:
        module=lambda wc: figures_from_files()[wc.figure].module,
        caption=lambda wc: figures_from_files()[wc.figure].caption,
        code=lambda wc: code("plot_from_files.py", figures_from_files()[wc.figure].module),
    script:
        "../scripts/plot_from_files.py"


rule plots:
    input:
        [or_exit(results.plots, dataset) for dataset in experiment.datasets],
