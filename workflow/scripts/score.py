from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json
    import time
    from pathlib import Path

    from aecluster.jobs.artifacts import as_csv, load_text, save_json, save_text
    from aecluster.jobs.provenance import provenance
    from aecluster.scoring.table import join_tables, score_table

    started = time.time()
    output = Path(snakemake.output.scores)
    cells = json.loads(snakemake.params.cells)
    consensus = json.loads(snakemake.params.consensus)
    methods = json.loads(snakemake.params.methods)
    table = score_table(output.parent, snakemake.wildcards.dataset, cells, consensus, methods)
    scored = [load_text(file) for file in snakemake.input.runs]
    save_text(output, join_tables([*scored, as_csv(table)]))
    origin = provenance(
        settings=json.loads(snakemake.params.settings),
        code=snakemake.params.code,
        inputs=snakemake.input,
        started=started,
        threads=1,
    )
    save_json(snakemake.output.provenance, origin)
