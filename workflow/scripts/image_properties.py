from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.consensus.file import load_consensus
    from aecluster.jobs.artifacts import load_array, save_array, save_table
    from aecluster.properties.neighbours import nearest
    from aecluster.properties.run import properties
    from aecluster.sources.facts import sides_of

    images = load_array(snakemake.input.images, mmap=True)
    latents = load_array(snakemake.input.latents, mmap=True)
    labels, _ = load_consensus(snakemake.input.consensus, len(images))
    equal = load_array(snakemake.input.equal)
    found = nearest(latents)
    save_array(snakemake.output.neighbours, found[0])
    sides = sides_of(snakemake.input.read)
    table = properties(images, equal, labels, latents, found, sides, snakemake.threads)
    save_table(snakemake.output.properties, table)
