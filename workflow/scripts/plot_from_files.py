from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import importlib

    from aecluster.figures.style import save

    draw = importlib.import_module(snakemake.params.module).draw
    figure = draw(snakemake.wildcards.dataset, **dict(snakemake.input.items()))
    save(figure, snakemake.output.png, snakemake.output.svg)
