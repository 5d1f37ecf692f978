from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.jobs.artifacts import save_table
    from aecluster.scoring.table import score_table

    folder = Path(snakemake.input.labels).parent
    cells = json.loads(snakemake.params.cells)
    methods = json.loads(snakemake.params.methods)
    table = score_table(folder, snakemake.wildcards.dataset, cells, methods=methods)
    save_table(snakemake.output[0], table)
