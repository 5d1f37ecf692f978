rule read_images:
    input:
        lambda wc: files_of(experiment.datasets[wc.dataset], "images"),
    output:
        images="results/{dataset}/images.npy",
        equal="results/{dataset}/equal.npy",
        read="results/{dataset}/read.json",
        names="results/{dataset}/files.json",
    log:
        "results/logs/{dataset}/images.log",
    benchmark:
        "results/benchmarks/{dataset}/images.tsv"
    priority: 1
    conda:
        "../../envs/environment.yaml"
    threads: lambda wc: reading_threads(experiment.datasets[wc.dataset])
    resources:
        mem_mb=growing(needs.read_mb),
        runtime=minutes(5, 0.5),
    params:
        settings=lambda wc: settings_of(contents.of_images, wc.dataset),
        code=lambda wc: method_code(
            "read_images.py", "sources", experiment.datasets[wc.dataset]["source"]
        ),
    script:
        "../scripts/read_images.py"


rule read_labels:
    input:
        files=lambda wc: files_of(experiment.datasets[wc.dataset], "labels"),
        images="results/{dataset}/images.npy",
        read="results/{dataset}/read.json",
    output:
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
    log:
        "results/logs/{dataset}/labels.log",
    benchmark:
        "results/benchmarks/{dataset}/labels.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.read_mb),
        runtime=minutes(5),
    params:
        settings=lambda wc: settings_of(contents.of_labels, wc.dataset),
        code=lambda wc: method_code(
            "read_labels.py", "sources", experiment.datasets[wc.dataset]["source"]
        ),
    script:
        "../scripts/read_labels.py"


rule resize_images:
    input:
        "results/{dataset}/images.npy",
    output:
        "results/{dataset}/images-{size}.npy",
    log:
        "results/logs/{dataset}/images-{size}.log",
    benchmark:
        "results/benchmarks/{dataset}/images-{size}.tsv"
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.read_mb),
        runtime=minutes(5, 0.5),
    params:
        code=code("resize_images.py"),
    script:
        "../scripts/resize_images.py"
