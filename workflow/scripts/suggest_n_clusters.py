from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.jobs.artifacts import load_table, save_json, save_table
    from aecluster.n_clusters.suggestion import mean_curves, suggest

    table = mean_curves([load_table(file) for file in snakemake.input])
    save_table(snakemake.output.table, table)
    save_json(snakemake.output.suggestion, suggest(table))
