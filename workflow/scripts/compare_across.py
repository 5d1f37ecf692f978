from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.jobs.artifacts import save_table, save_text
    from aecluster.report.across import across_text
    from aecluster.scoring.summary import read_scores
    from aecluster.statistics.across import accuracies, compare_across, pair_table

    by_dataset = accuracies([read_scores(file) for file in snakemake.input])
    across = compare_across(by_dataset)
    save_table(snakemake.output.table, pair_table(across))
    save_text(snakemake.output.text, across_text(by_dataset, across))
