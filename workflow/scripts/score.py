from aecluster.job import job

with job(snakemake.log[0]):
    import json
    import time
    from pathlib import Path

    from aecluster.artifacts import save_json, save_table
    from aecluster.provenance import provenance
    from aecluster.scoring.table import score_table

    started = time.time()
    output = Path(snakemake.output.scores)
    cells = json.loads(snakemake.params.cells)
    consensus = json.loads(snakemake.params.consensus)
    table = score_table(output.parent, snakemake.wildcards.dataset, cells, consensus)
    save_table(output, table)
    origin = provenance(
        settings=json.loads(snakemake.params.settings),
        code=snakemake.params.code,
        inputs=snakemake.input,
        started=started,
        threads=1,
    )
    save_json(snakemake.output.provenance, origin)
