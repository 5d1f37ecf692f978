rule image_properties:
    input:
        images="results/{dataset}/images.npy",
        equal="results/{dataset}/equal.npy",
        read="results/{dataset}/read.json",
        latents=lambda wc: results.latents_to_compare(wc.dataset),
        consensus="results/{dataset}/consensus/clusters.csv",
    output:
        properties="results/{dataset}/properties.csv",
        neighbours="results/{dataset}/neighbors.npy",
    log:
        "results/logs/{dataset}/properties.log",
    benchmark:
        "results/benchmarks/{dataset}/properties.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: workers
    resources:
        mem_mb=growing(lambda wc: needs.properties_mb(wc, workers(wc))),
        runtime=minutes(5, 1),
    params:
        code=code("image_properties.py"),
    script:
        "../scripts/image_properties.py"


rule image_table:
    input:
        names="results/{dataset}/files.json",
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        read="results/{dataset}/read.json",
        consensus="results/{dataset}/consensus/clusters.csv",
        runner_up="results/{dataset}/consensus/runner_up.csv",
        plane=lambda wc: results.consensus_plane(wc.dataset),
        properties="results/{dataset}/properties.csv",
        neighbours="results/{dataset}/neighbors.npy",
        metadata=lambda wc: results.metadata(wc.dataset),
    output:
        "results/{dataset}/images.parquet",
    log:
        "results/logs/{dataset}/image_table.log",
    benchmark:
        "results/benchmarks/{dataset}/image_table.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.draw_mb),
        runtime=minutes(5, 1),
    params:
        settings=lambda wc: as_json({"pictures": pictures(experiment.datasets[wc.dataset])}),
        code=code("image_table.py"),
    script:
        "../scripts/image_table.py"
