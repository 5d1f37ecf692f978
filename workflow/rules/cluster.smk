rule cluster_embedding:
    input:
        embedding="results/{dataset}/{model}/seed{seed}/{reduction}/embedding.npy",
        equal="results/{dataset}/equal.npy",
    output:
        "results/{dataset}/{model}/seed{seed}/{reduction}/{clustering}/clusters.csv",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/{reduction}/{clustering}/cluster.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/{reduction}/{clustering}/cluster.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.cluster_mb),
        runtime=minutes(2, 1),
    params:
        settings=lambda wc: as_json([experiment.clusterer(wc.clustering)]),
        code=lambda wc: method_code(
            "cluster.py", "clusterings", experiment.clusterings[wc.clustering]["method"]
        ),
    script:
        "../scripts/cluster.py"


# In grids of many cells, those that take less time than the start of a process share one.
if plan.shared_clusterings:

    ruleorder: cluster_together > cluster_embedding

    rule cluster_together:
        input:
            embedding="results/{dataset}/{model}/seed{seed}/{reduction}/embedding.npy",
            equal="results/{dataset}/equal.npy",
        output:
            expand(
                "results/{{dataset}}/{{model}}/seed{{seed}}/{{reduction}}/{clustering}/clusters.csv",
                clustering=plan.shared_clusterings,
            ),
        log:
            "results/logs/{dataset}/{model}/seed{seed}/{reduction}/cluster.log",
        benchmark:
            "results/benchmarks/{dataset}/{model}/seed{seed}/{reduction}/cluster.tsv"
        wildcard_constraints:
            dataset=one_of(plan.shared_by),
        conda:
            "../../envs/environment.yaml"
        resources:
            mem_mb=growing(needs.cluster_together_mb),
            runtime=minutes(2 + len(plan.shared_clusterings) / 10),
        params:
            settings=as_json([experiment.clusterer(name) for name in plan.shared_clusterings]),
            code=code("cluster.py", *plan.shared_modules()),
        script:
            "../scripts/cluster.py"
