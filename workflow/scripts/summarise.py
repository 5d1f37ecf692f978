from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import save_table, save_text
    from aecluster.scoring.summary import as_text, read_scores, summarise

    summary = summarise(read_scores(snakemake.input.scores))
    save_table(snakemake.output.table, summary)
    save_text(snakemake.output.text, as_text(summary, snakemake.wildcards.dataset))
