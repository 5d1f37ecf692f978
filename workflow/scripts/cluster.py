from aecluster.job import job

with job(snakemake.log[0]):
    import json
    import logging

    from aecluster.artifacts import load_array
    from aecluster.clusterings.run import cluster, save_clusters

    for settings, output in zip(
        json.loads(snakemake.params.settings), snakemake.output, strict=True
    ):
        labels = cluster(
            load_array(snakemake.input[0]),  # anew for each: a method may write to it
            settings["method"],
            settings["n_clusters"],
            settings["params"],
            random_state=int(snakemake.wildcards.seed),
        )
        save_clusters(output, labels)
        logging.getLogger("aecluster").info("made %s", output)
