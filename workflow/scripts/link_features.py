from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import link

    link(snakemake.input[0], snakemake.output[0])
