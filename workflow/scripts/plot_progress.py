from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.figures.progress import progress_figure
    from aecluster.figures.style import save
    from aecluster.jobs.artifacts import load_table

    figure = progress_figure(load_table(snakemake.input[0]), snakemake.params.title)
    save(figure, snakemake.output.png, snakemake.output.svg)
