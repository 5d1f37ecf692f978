from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.jobs.artifacts import save_table, save_text
    from aecluster.report.across import across_section
    from aecluster.report.markdown import section_to_markdown
    from aecluster.report.section import save_sections
    from aecluster.scoring.summary import read_scores
    from aecluster.statistics.across import accuracies, compare_across, means_across, pair_table

    summaries = [read_scores(file) for file in snakemake.input]
    by_dataset = accuracies(summaries)
    pairs = pair_table(compare_across(by_dataset))
    save_table(snakemake.output.table, pairs)
    section = across_section(by_dataset, means_across(summaries), pairs)
    save_text(snakemake.output.text, section_to_markdown(section, level=1))
    save_sections(snakemake.output.section, {"across": section})
