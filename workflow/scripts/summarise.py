from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import save_table, save_text
    from aecluster.scoring.comparisons import compare
    from aecluster.scoring.discussion import discuss
    from aecluster.scoring.summary import as_text, read_scores, summarise
    from aecluster.scoring.text import all_scores, comparison_table

    scores = read_scores(snakemake.input.scores)
    summary, comparisons = summarise(scores), compare(scores)
    sections = [
        as_text(summary, snakemake.wildcards.dataset),
        all_scores(summary),
        discuss(summary, comparisons),
        comparison_table(comparisons),
    ]
    save_table(snakemake.output.table, summary)
    save_table(snakemake.output.comparisons, comparisons)
    save_text(snakemake.output.text, "\n".join(sections))
