from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import load_array, save_array, save_table
    from aecluster.consensus.run import load_consensus
    from aecluster.properties.neighbours import nearest
    from aecluster.properties.simple import properties

    images = load_array(snakemake.input.images, mmap=True)
    latents = load_array(snakemake.input.latents)
    labels, _ = load_consensus(snakemake.input.consensus, len(images))
    neighbours, distances = nearest(latents)
    save_array(snakemake.output.neighbours, neighbours)
    save_table(snakemake.output.properties, properties(images, labels, latents, distances))
