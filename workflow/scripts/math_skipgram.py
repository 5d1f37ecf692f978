"""The closed-form gradients of the word2vec loss against automatic differentiation."""

from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.figures.skipgram import skipgram_figure
    from aecluster.figures.style import save
    from aecluster.jobs.artifacts import save_table, save_text
    from aecluster.mathematics.skipgram import TOLERANCE, skipgram_summary, skipgram_table

    table = skipgram_table(**json.loads(snakemake.params.settings))
    save_table(snakemake.output.table, table)
    save_text(snakemake.output.summary, skipgram_summary(table))
    save(skipgram_figure(table, TOLERANCE), snakemake.output.png, snakemake.output.svg)
