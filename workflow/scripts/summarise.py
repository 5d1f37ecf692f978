from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_json, save_table, save_text
    from aecluster.report.markdown import to_markdown
    from aecluster.report.section import save_sections
    from aecluster.report.summary import sections
    from aecluster.scoring.summary import read_scores, summarise
    from aecluster.statistics.choices import follow_accuracy, side_by_side
    from aecluster.statistics.comparisons import compare

    names = ("scores", "evidence", "selection", "checkpoints", "progress")
    tables = {name: read_scores(snakemake.input[name]) for name in names}
    scores, selection = tables["scores"], tables["selection"]
    choice = load_json(snakemake.input.choice)
    reference = json.loads(snakemake.params.settings)["reduction"]
    tables["summary"] = summarise(scores)
    tables["comparisons"] = compare(scores, choice["chosen"], reference)
    tables["choices"] = side_by_side(scores, tables["evidence"], selection)
    tables["criteria"] = follow_accuracy(scores, selection)
    for name in ("summary", "comparisons", "choices", "criteria"):
        save_table(snakemake.output[name], tables[name])
    told = sections(tables, choice["criterion"])
    save_sections(snakemake.output.sections, told)
    save_text(snakemake.output.text, to_markdown(snakemake.wildcards.dataset, told.values()))
