from aecluster.job import job

with job(snakemake.log[0]):
    import pandas as pd

    from aecluster.figures.score_grid import score_grid
    from aecluster.figures.style import save

    figure = score_grid(pd.read_csv(snakemake.input.scores), snakemake.wildcards.dataset)
    save(figure, snakemake.output.png, snakemake.output.svg)
