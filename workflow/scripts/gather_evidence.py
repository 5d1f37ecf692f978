from aecluster.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.artifacts import save_table
    from aecluster.scoring.evidence import evidence_table

    output = Path(snakemake.output[0])
    settings = json.loads(snakemake.params.settings)
    save_table(output, evidence_table(output.parent, settings["cells"], settings["seeds"]))
