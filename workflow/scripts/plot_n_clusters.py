from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.figures.n_clusters import n_clusters_figure
    from aecluster.figures.style import save
    from aecluster.jobs.artifacts import load_json, load_table

    figure = n_clusters_figure(
        load_table(snakemake.input.table),
        [load_table(file) for file in snakemake.input.runs],
        load_json(snakemake.input.suggestion),
        snakemake.params.title,
    )
    save(figure, snakemake.output.png, snakemake.output.svg)
