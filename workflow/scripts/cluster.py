from aecluster.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.artifacts import load_array
    from aecluster.clusterings.run import cluster, save_clusters

    settings = json.loads(snakemake.params.settings)
    labels = cluster(
        load_array(snakemake.input[0]),
        settings["method"],
        settings["n_clusters"],
        settings["params"],
        random_state=int(snakemake.wildcards.seed),
    )
    save_clusters(snakemake.output[0], labels)
