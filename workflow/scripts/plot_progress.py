from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import load_table
    from aecluster.figures.progress import progress_figure
    from aecluster.figures.style import save

    figure = progress_figure(load_table(snakemake.input[0]), snakemake.params.title)
    save(figure, snakemake.output.png, snakemake.output.svg)
