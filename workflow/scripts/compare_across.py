from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import save_table, save_text
    from aecluster.figures.critical_difference import critical_difference
    from aecluster.figures.style import save
    from aecluster.scoring.across import (
        accuracies,
        across_text,
        compare_across,
        pair_table,
        why_not,
    )
    from aecluster.scoring.summary import read_scores

    by_dataset = accuracies([read_scores(file) for file in snakemake.input])
    across = compare_across(by_dataset)
    title = why_not(by_dataset) if across is None else f"Arms over {len(by_dataset)} data sets"
    figure = critical_difference(across, title)
    save_table(snakemake.output.table, pair_table(across))
    save_text(snakemake.output.text, across_text(by_dataset, across))
    save(figure, snakemake.output.png, snakemake.output.svg)
