rule group_table:
    input:
        equal="results/{dataset}/equal.npy",
        names="results/{dataset}/files.json",
        consensus="results/{dataset}/consensus/clusters.csv",
        corrections=lambda wc: results.corrections(wc.dataset),
        runner_up="results/{dataset}/consensus/runner_up.csv",
        properties="results/{dataset}/properties.csv",
    output:
        "results/{dataset}/clusters.csv",
    log:
        "results/logs/{dataset}/group_table.log",
    benchmark:
        "results/benchmarks/{dataset}/group_table.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=minutes(5, 1),
    params:
        code=code("group_table.py"),
    script:
        "../scripts/group_table.py"


rule group_folders:
    input:
        images="results/{dataset}/images.npy",
        names="results/{dataset}/files.json",
        consensus="results/{dataset}/consensus/clusters.csv",
        corrections=lambda wc: results.corrections(wc.dataset),
    output:
        directory("results/{dataset}/groups"),
    log:
        "results/logs/{dataset}/groups.log",
    benchmark:
        "results/benchmarks/{dataset}/groups.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.draw_mb),
        runtime=minutes(10, 2),
    params:
        settings=lambda wc: as_json(
            {
                "groups": experiment.show["groups"],
                "pictures": pictures(experiment.datasets[wc.dataset]),
            }
        ),
        code=code("group_folders.py"),
    script:
        "../scripts/group_folders.py"


rule groups:
    input:
        expand(
            "results/{dataset}/{made}",
            dataset=experiment.datasets,
            made=["clusters.csv", "groups"],
        ),
