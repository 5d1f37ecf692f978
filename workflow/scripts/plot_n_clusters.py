from aecluster.job import job

with job(snakemake.log[0]):
    import pandas as pd

    from aecluster.artifacts import load_json
    from aecluster.figures.n_clusters import n_clusters_figure
    from aecluster.figures.style import save

    figure = n_clusters_figure(
        pd.read_csv(snakemake.input.table),
        [pd.read_csv(file) for file in snakemake.input.runs],
        load_json(snakemake.input.suggestion),
        snakemake.params.title,
    )
    save(figure, snakemake.output.png, snakemake.output.svg)
