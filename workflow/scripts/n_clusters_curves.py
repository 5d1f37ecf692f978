from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import load_array, save_table
    from aecluster.n_clusters.curves import curves

    latents = load_array(snakemake.input[0], mmap=True)
    table = curves(latents, random_state=int(snakemake.wildcards.seed))
    save_table(snakemake.output[0], table)
