rule train_model:
    input:
        images=model_images,
        equal="results/{dataset}/equal.npy",
        start=lambda wc: [
            f"results/{{dataset}}/{step}/seed{{seed}}/model.pt"
            for step in steps_to(MODELS, wc.model)[-2:-1]
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
        model=one_of(TRAINED),
    conda:
        "../../envs/environment.yaml"
    threads: lambda wc: MODELS[wc.model]["threads"]
    resources:
        mem_mb=growing(train_mb),
        runtime=growing(train_minutes),
        gpu=gpus,
        n_groups=most_groups(),
    params:
        settings=lambda wc: as_json(model_settings(wc.model)),
        code=lambda wc: model_code("train.py", wc.model),
    script:
        "../scripts/train.py"


rule encode_images:
    input:
        images=model_images,
        model=lambda wc: f"results/{trained_on(wc.dataset)}/{wc.model}/seed{wc.seed}/model.pt",
    output:
        latents="results/{dataset}/{model}/seed{seed}/latents.npy",
        reconstruction="results/{dataset}/{model}/seed{seed}/reconstruction.json",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/latents.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/latents.tsv"
    wildcard_constraints:
        dataset=in_shards(False),
        model=one_of(TRAINED),
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(encode_mb),
        runtime=minutes(2, 2),
    params:
        code=lambda wc: model_code("encode.py", wc.model),
    script:
        "../scripts/encode.py"


rule encode_shard:
    input:
        images=model_images,
        model=lambda wc: f"results/{trained_on(wc.dataset)}/{wc.model}/seed{wc.seed}/model.pt",
    output:
        # with its checksums, which go with it
        temp(directory("results/{dataset}/{model}/seed{seed}/latents.{shard}")),
    log:
        "results/logs/{dataset}/{model}/seed{seed}/latents.{shard}.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/latents.{shard}.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(encode_shard_mb),
        runtime=growing(encode_shard_minutes),
    params:
        images_a_shard=lambda wc: images_a_shard(wc.dataset),
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
        dataset=in_shards(True),
        model=one_of(TRAINED),
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(join_mb),
        runtime=minutes(5, 0.1),
    params:
        code=code("join_latents.py"),
    script:
        "../scripts/join_latents.py"
