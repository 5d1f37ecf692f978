from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_json, save_table, save_text
    from aecluster.report.choices import (
        checkpoints_section,
        choices_section,
        criteria_section,
        intervals_section,
    )
    from aecluster.report.discussion import discuss
    from aecluster.report.scores import as_text
    from aecluster.report.text import all_scores, comparison_table
    from aecluster.scoring.summary import read_scores, summarise
    from aecluster.statistics.choices import follow_accuracy, side_by_side
    from aecluster.statistics.comparisons import compare

    tables = ("scores", "evidence", "selection", "checkpoints", "progress")
    scores, evidence, selection, checkpoints, progress = (
        read_scores(snakemake.input[name]) for name in tables
    )
    choice = load_json(snakemake.input.choice)
    reference = json.loads(snakemake.params.settings)["reduction"]
    summary, comparisons = summarise(scores), compare(scores, choice["chosen"], reference)
    choices = side_by_side(scores, evidence, selection)
    criteria = follow_accuracy(scores, selection)
    sections = [
        as_text(summary, snakemake.wildcards.dataset),
        choices_section(choices, choice["criterion"]),
        all_scores(summary),
        discuss(summary, comparisons),
        criteria_section(criteria, choice["criterion"]),
        checkpoints_section(checkpoints, progress),
        comparison_table(comparisons),
        intervals_section(evidence),
    ]
    save_table(snakemake.output.table, summary)
    save_table(snakemake.output.comparisons, comparisons)
    save_table(snakemake.output.choices, choices)
    save_table(snakemake.output.criteria, criteria)
    save_text(snakemake.output.text, "\n".join(filter(None, sections)))
