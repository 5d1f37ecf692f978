from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_array, load_json, save_table
    from aecluster.scoring.table import score_table

    to_score = json.loads(snakemake.params.cells)
    cells = [(file, to_score[file]) for file in snakemake.input.clusters]
    table = score_table(
        snakemake.wildcards.dataset,
        load_array(snakemake.input.labels),
        load_json(snakemake.input.about)["split"],
        [(cell, {**files, "clusters": file}) for file, (cell, files) in cells],
        methods=json.loads(snakemake.params.methods),
    )
    save_table(snakemake.output[0], table)
