from aecluster.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.artifacts import save_table
    from aecluster.scoring.table import score_table

    output = Path(snakemake.output[0])
    cells = json.loads(snakemake.params.cells)
    consensus = json.loads(snakemake.params.consensus)
    save_table(output, score_table(output.parent, snakemake.wildcards.dataset, cells, consensus))
