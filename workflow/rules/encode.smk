# Encoders that come trained: the features of all images, the same for every seed.
rule export_encoder:
    output:
        "results/{dataset}/{model}/encoder.onnx",
    log:
        "results/logs/{dataset}/{model}/encoder.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/encoder.tsv"
    wildcard_constraints:
        model=one_of(experiment.exported),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_torch_mb),
        runtime=minutes(5),
    params:
        settings=lambda wc: settings_of(contents.of_encoder, wc.model),
        code=exporting_code("export_encoder.py"),
    script:
        "../scripts/export_encoder.py"


rule extract_features:
    input:
        images=model_images,
        equal="results/{dataset}/equal.npy",
        encoder=encoder_graph,
    output:
        "results/{dataset}/{model}/features.npy",
    log:
        "results/logs/{dataset}/{model}/features.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/features.tsv"
    wildcard_constraints:
        dataset=one_of(plan.in_shards(False)),
        model=one_of(experiment.computed),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    threads: workers
    resources:
        mem_mb=growing(lambda wc: needs.features_of_images_mb(wc, workers(wc))),
        runtime=minutes(5, 2),
        gpu=needs.gpus,
        n_groups=experiment.most_groups,
    params:
        settings=lambda wc: settings_of(contents.of_encoder, wc.model),
        known=lambda wc: results.known_features(wc.dataset, wc.model),
        code=lambda wc: model_code("extract_features.py", wc.model),
    script:
        "../scripts/extract_features.py"


use rule extract_features as extract_shard with:
    output:
        # with its checksum, which goes with it
        temp(directory("results/{dataset}/{model}/features.{shard}")),
    log:
        "results/logs/{dataset}/{model}/features.{shard}.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/features.{shard}.tsv"
    wildcard_constraints:
        dataset=one_of(plan.in_shards(True)),
        model=one_of(experiment.computed),
    params:
        settings=lambda wc: settings_of(contents.of_encoder, wc.model),
        images_a_shard=lambda wc: plan.images_a_shard(wc.dataset),
        code=lambda wc: model_code("extract_features.py", wc.model),


rule join_features:
    input:
        of_shards("results/{dataset}/{model}/features.{shard}"),
    output:
        "results/{dataset}/{model}/features.npy",
    log:
        "results/logs/{dataset}/{model}/features.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/features.tsv"
    wildcard_constraints:
        dataset=one_of(plan.in_shards(True)),
        model=one_of(experiment.computed),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.join_mb),
        runtime=minutes(5, 0.1),
    params:
        code=code("join_features.py"),
    script:
        "../scripts/join_features.py"


rule take_vectors:
    input:
        files=lambda wc: files_of(experiment.datasets[wc.dataset], "images"),
        read="results/{dataset}/read.json",
    output:
        "results/{dataset}/{model}/features.npy",
    log:
        "results/logs/{dataset}/{model}/features.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/features.tsv"
    wildcard_constraints:
        model=one_of(experiment.given),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.encode_mb),
        runtime=minutes(5, 0.1),
    params:
        settings=lambda wc: settings_of(contents.of_images, wc.dataset),
        code=method_code("take_vectors.py", "sources", "vectors"),
    script:
        "../scripts/take_vectors.py"


# The reductions and clusterings of each seed start from the same file: no copies of it.
rule link_features:
    input:
        "results/{dataset}/{model}/features.npy",
    output:
        "results/{dataset}/{model}/seed{seed}/latents.npy",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/latents.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/latents.tsv"
    wildcard_constraints:
        model=one_of(experiment.encoders),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=minutes(2, 0.1),
    params:
        code=code("link_features.py"),
    script:
        "../scripts/link_features.py"
