from aecluster.job import job

with job(snakemake.log[0]):
    import pandas as pd

    from aecluster.figures.progress import progress_figure
    from aecluster.figures.style import save

    figure = progress_figure(pd.read_csv(snakemake.input[0]), snakemake.params.title)
    save(figure, snakemake.output.png, snakemake.output.svg)
