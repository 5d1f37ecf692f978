from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.clusterings.file import load_clusters
    from aecluster.consensus.file import load_consensus
    from aecluster.groups.corrections import load_corrections
    from aecluster.groups.table import group_table, save_groups
    from aecluster.jobs.artifacts import load_array
    from aecluster.properties.table import load_properties, with_properties
    from aecluster.sources.names import load_names

    n_images = len(load_array(snakemake.input.equal))
    names = load_names(snakemake.input.names, n_images)
    labels, confidence = load_consensus(snakemake.input.consensus, n_images)
    corrections = load_corrections(next(iter(snakemake.input.corrections), None), labels)
    table = group_table(names, labels, confidence, corrections)
    runner_up = load_clusters(snakemake.input.runner_up, n_images)
    known = load_properties(snakemake.input.properties, n_images)
    save_groups(snakemake.output[0], with_properties(table, runner_up, known))
