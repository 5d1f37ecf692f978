from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.figures.score_grid import score_grid
    from aecluster.figures.style import save
    from aecluster.scoring.summary import read_scores

    figure = score_grid(read_scores(snakemake.input.scores), snakemake.wildcards.dataset)
    save(figure, snakemake.output.png, snakemake.output.svg)
