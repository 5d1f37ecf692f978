from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.figures.critical_difference import critical_difference
    from aecluster.figures.style import save
    from aecluster.report.across import why_not
    from aecluster.scoring.summary import read_scores
    from aecluster.statistics.across import accuracies, compare_across

    by_dataset = accuracies([read_scores(file) for file in snakemake.input])
    across = compare_across(by_dataset)
    title = f"Configurations over {len(by_dataset)} data sets" if across else why_not(by_dataset)
    save(critical_difference(across, title), snakemake.output.png, snakemake.output.svg)
