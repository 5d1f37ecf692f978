from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.jobs.artifacts import load_array, save_table
    from aecluster.n_clusters.curves import curves

    features = load_array(snakemake.input.features, mmap=True)
    equal = load_array(snakemake.input.equal)
    table = curves(features, int(snakemake.wildcards.seed), equal)
    save_table(snakemake.output[0], table)
