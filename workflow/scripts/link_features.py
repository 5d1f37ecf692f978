from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.jobs.artifacts import link

    link(snakemake.input[0], snakemake.output[0])
