from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import load_array
    from aecluster.consensus.run import load_consensus
    from aecluster.groups.corrections import load_corrections
    from aecluster.groups.table import group_table, save_groups
    from aecluster.sources.names import load_names

    n_images = len(load_array(snakemake.input.images, mmap=True))
    names = load_names(snakemake.input.names, n_images)
    labels, confidence = load_consensus(snakemake.input.consensus, n_images)
    corrections = load_corrections(next(iter(snakemake.input.corrections), None), labels)
    save_groups(snakemake.output[0], group_table(names, labels, confidence, corrections))
