from aecluster.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.artifacts import save_json
    from aecluster.page.interactive_map import read_map

    folder = Path(snakemake.input.images).parent
    views = json.loads(snakemake.params.views)
    save_json(snakemake.output[0], read_map(folder, snakemake.wildcards.dataset, views))
