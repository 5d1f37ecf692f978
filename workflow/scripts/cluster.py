from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json
    import logging

    from aecluster.clusterings.equal import united
    from aecluster.clusterings.file import save_clusters
    from aecluster.clusterings.run import cluster
    from aecluster.jobs.artifacts import load_array
    from aecluster.sources.different import check_groups

    equal = load_array(snakemake.input.equal)
    for settings, output in zip(
        json.loads(snakemake.params.settings), snakemake.output, strict=True
    ):
        check_groups(equal, settings["n_clusters"] or 1, snakemake.wildcards.dataset)
        labels = cluster(
            load_array(snakemake.input.embedding),  # anew for each: a method may write to it
            settings["method"],
            settings["n_clusters"],
            settings["params"],
            random_state=int(snakemake.wildcards.seed),
        )
        save_clusters(output, united(labels, equal))
        logging.getLogger("aecluster").info("made %s", output)
