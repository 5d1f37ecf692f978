from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import load_array, save_table
    from aecluster.n_clusters.curves import curves

    latents = load_array(snakemake.input.latents, mmap=True)
    equal = load_array(snakemake.input.equal)
    table = curves(latents, int(snakemake.wildcards.seed), equal)
    save_table(snakemake.output[0], table)
