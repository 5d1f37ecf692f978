rule read_new_images:
    input:
        files=lambda wc: files_of(experiment.new_images[wc.new], "images"),
        images="results/{dataset}/images.npy",
        known="results/{dataset}/read.json",
    output:
        images="results/{dataset}/assigned/{new}/images.npy",
        read="results/{dataset}/assigned/{new}/read.json",
        names="results/{dataset}/assigned/{new}/files.json",
    log:
        "results/logs/{dataset}/assigned/{new}/images.log",
    benchmark:
        "results/benchmarks/{dataset}/assigned/{new}/images.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: lambda wc: reading_threads(experiment.new_images[wc.new])
    resources:
        mem_mb=growing(needs.read_mb),
        runtime=minutes(5, 2),
    params:
        settings=lambda wc: settings_of(contents.of_new_images, wc.new),
        code=lambda wc: method_code(
            "read_new_images.py", "sources", experiment.new_images[wc.new]["source"]
        ),
    script:
        "../scripts/read_new_images.py"


use rule resize_images as resize_new_images with:
    input:
        "results/{dataset}/assigned/{new}/images.npy",
    output:
        "results/{dataset}/assigned/{new}/images-{size}.npy",
    log:
        "results/logs/{dataset}/assigned/{new}/images-{size}.log",
    benchmark:
        "results/benchmarks/{dataset}/assigned/{new}/images-{size}.tsv"


use rule encode_images as encode_new_images with:
    input:
        images=lambda wc: results.new_images(wc.dataset, wc.new, wc.model),
        model=of_training("model.pt"),
    output:
        "results/{dataset}/assigned/{new}/{model}/seed{seed}/latents.npy",
    log:
        "results/logs/{dataset}/assigned/{new}/{model}/seed{seed}/latents.log",
    benchmark:
        "results/benchmarks/{dataset}/assigned/{new}/{model}/seed{seed}/latents.tsv"
    wildcard_constraints:
        dataset=one_of(experiment.datasets),
        model=one_of(experiment.trained),


use rule extract_features as extract_new_features with:
    input:
        images="results/{dataset}/assigned/{new}/images.npy",
        equal=[],
        encoder=encoder_graph,
    output:
        "results/{dataset}/assigned/{new}/{model}/features.npy",
    log:
        "results/logs/{dataset}/assigned/{new}/{model}/features.log",
    benchmark:
        "results/benchmarks/{dataset}/assigned/{new}/{model}/features.tsv"
    wildcard_constraints:
        dataset=one_of(experiment.datasets),
        model=one_of(experiment.computed),
    params:
        settings=lambda wc: settings_of(contents.of_encoder, wc.model),
        known=lambda wc: results.known_features(wc.dataset, f"assigned/{wc.new}/{wc.model}"),
        code=lambda wc: model_code("extract_features.py", wc.model),


use rule take_vectors as take_new_vectors with:
    input:
        files=lambda wc: files_of(experiment.new_images[wc.new], "images"),
        read="results/{dataset}/assigned/{new}/read.json",
    output:
        "results/{dataset}/assigned/{new}/{model}/features.npy",
    log:
        "results/logs/{dataset}/assigned/{new}/{model}/features.log",
    benchmark:
        "results/benchmarks/{dataset}/assigned/{new}/{model}/features.tsv"
    params:
        settings=lambda wc: settings_of(contents.of_new_images, wc.new),
        code=method_code("take_vectors.py", "sources", "vectors"),


use rule link_features as link_new_features with:
    input:
        "results/{dataset}/assigned/{new}/{model}/features.npy",
    output:
        "results/{dataset}/assigned/{new}/{model}/seed{seed}/latents.npy",
    log:
        "results/logs/{dataset}/assigned/{new}/{model}/seed{seed}/latents.log",
    benchmark:
        "results/benchmarks/{dataset}/assigned/{new}/{model}/seed{seed}/latents.tsv"


rule assign_images:
    input:
        consensus="results/{dataset}/consensus/clusters.csv",
        known=of_runs("results/{dataset}/{model}/seed{seed}/latents.npy"),
        new=of_runs("results/{dataset}/assigned/{new}/{model}/seed{seed}/latents.npy"),
        images="results/{dataset}/images.npy",
        new_images="results/{dataset}/assigned/{new}/images.npy",
        names="results/{dataset}/assigned/{new}/files.json",
        corrections=lambda wc: results.corrections(wc.dataset),
    output:
        "results/{dataset}/assigned/{new}/clusters.csv",
    log:
        "results/logs/{dataset}/assigned/{new}/assign.log",
    benchmark:
        "results/benchmarks/{dataset}/assigned/{new}/assign.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.assign_mb),
        runtime=growing(needs.assign_minutes),
    params:
        code=code("assign.py"),
    script:
        "../scripts/assign.py"


rule plot_assigned:
    input:
        consensus="results/{dataset}/consensus/clusters.csv",
        images="results/{dataset}/images.npy",
        clusters="results/{dataset}/assigned/{new}/clusters.csv",
        new_images="results/{dataset}/assigned/{new}/images.npy",
    output:
        png=report(
            "results/{dataset}/assigned/{new}/groups.png",
            caption="../report/assigned.rst",
            category="{dataset}",
            labels={"figure": "new images: {new}", "model": "all", "reduction": ""},
        ),
        svg="results/{dataset}/assigned/{new}/groups.svg",
    log:
        "results/logs/{dataset}/assigned/{new}/groups.log",
    benchmark:
        "results/benchmarks/{dataset}/assigned/{new}/groups.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.draw_mb),
        runtime=minutes(5),
    params:
        title=lambda wc: f"{wc.new}, placed into the groups of {wc.dataset}: the surest images of each group, and new ones with their confidence",
        code=code("plot_assigned.py"),
    script:
        "../scripts/plot_assigned.py"


rule assign:
    input:
        results.assigned("clusters.csv"),
        results.assigned("groups.png"),
