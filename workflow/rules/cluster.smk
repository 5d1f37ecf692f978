rule cluster_embedding:
    input:
        "results/{dataset}/{model}/seed{seed}/{reduction}/embedding.npy",
    output:
        "results/{dataset}/{model}/seed{seed}/{reduction}/{clustering}/clusters.csv",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/{reduction}/{clustering}/cluster.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/{reduction}/{clustering}/cluster.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(cluster_mb),
        runtime=minutes(2, 1),
    params:
        settings=lambda wc: as_json(clusterer(wc.clustering)),
        code=lambda wc: method_code(
            "cluster.py", "clusterings", CLUSTERINGS[wc.clustering]["method"]
        ),
    script:
        "../scripts/cluster.py"
