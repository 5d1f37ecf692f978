rule train_model:
    input:
        images=model_images,
        equal="results/{dataset}/equal.npy",
        start=lambda wc: [
            results.of_run(wc.dataset, step, wc.seed, "model.pt")
            for step in experiment.models_before(wc.model)[-2:-1]
        ],
    output:
        model="results/{dataset}/{model}/seed{seed}/model.pt",
        history="results/{dataset}/{model}/seed{seed}/history.csv",
        snapshots="results/{dataset}/{model}/seed{seed}/snapshots.pt",
        provenance="results/{dataset}/{model}/seed{seed}/provenance.json",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/train.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/train.tsv"
    wildcard_constraints:
        model=one_of(experiment.trained),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    threads: lambda wc: experiment.models[wc.model]["threads"]
    resources:
        mem_mb=growing(needs.train_mb),
        runtime=growing(needs.train_minutes),
        gpu=needs.gpus,
        n_groups=experiment.most_groups,
    params:
        settings=lambda wc: as_json(experiment.model_settings(wc.model)),
        state=lambda wc: results.training_state(wc.dataset, wc.model, wc.seed),
        speeds=SPEEDS,
        code=lambda wc: model_code("train.py", wc.model),
    script:
        "../scripts/train.py"


rule encode_images:
    input:
        images=model_images,
        model=of_training("model.pt"),
    output:
        "results/{dataset}/{model}/seed{seed}/latents.npy",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/latents.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/latents.tsv"
    wildcard_constraints:
        dataset=one_of(plan.in_shards(False)),
        model=one_of(experiment.trained),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.encode_mb),
        runtime=minutes(2, 2),
    params:
        code=lambda wc: model_code("encode.py", wc.model),
    script:
        "../scripts/encode.py"


rule reconstruction_errors:
    input:
        images=model_images,
        model=of_training("model.pt"),
        latents="results/{dataset}/{model}/seed{seed}/latents.npy",
    output:
        "results/{dataset}/{model}/seed{seed}/reconstruction.json",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/reconstruction-errors.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/reconstruction-errors.tsv"
    wildcard_constraints:
        dataset=one_of(plan.in_shards(False)),
        model=one_of(experiment.trained),
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.encode_mb),
        runtime=minutes(2, 2),
    params:
        code=lambda wc: model_code("reconstruction_errors.py", wc.model),
    script:
        "../scripts/reconstruction_errors.py"


rule encode_shard:
    input:
        images=model_images,
        model=of_training("model.pt"),
    output:
        # with its checksums, which go with it
        temp(directory("results/{dataset}/{model}/seed{seed}/latents.{shard}")),
    log:
        "results/logs/{dataset}/{model}/seed{seed}/latents.{shard}.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/latents.{shard}.tsv"
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.encode_shard_mb),
        runtime=growing(needs.encode_shard_minutes),
    params:
        images_a_shard=lambda wc: plan.images_a_shard(wc.dataset),
        code=lambda wc: model_code("encode_shard.py", wc.model),
    script:
        "../scripts/encode_shard.py"


rule join_latents:
    input:
        of_shards("results/{dataset}/{model}/seed{seed}/latents.{shard}"),
    output:
        latents="results/{dataset}/{model}/seed{seed}/latents.npy",
        reconstruction="results/{dataset}/{model}/seed{seed}/reconstruction.json",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/latents.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/latents.tsv"
    wildcard_constraints:
        dataset=one_of(plan.in_shards(True)),
        model=one_of(experiment.trained),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.join_mb),
        runtime=minutes(5, 0.1),
    params:
        code=code("join_latents.py"),
    script:
        "../scripts/join_latents.py"
