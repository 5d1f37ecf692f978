from aecluster.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.artifacts import load_array, save_json, save_table
    from aecluster.consensus.members import read_members
    from aecluster.selection.run import describe, select

    settings = json.loads(snakemake.params.settings)
    folder = Path(snakemake.output.table).parent
    n_images = len(load_array(snakemake.input.latents[0], mmap=True))
    table = select(
        read_members(folder, settings["cells"], n_images),
        (load_array(file, mmap=True) for file in snakemake.input.latents),
        settings["criterion"],
        settings["n_clusters"],
    )
    save_table(snakemake.output.table, table)
    save_json(snakemake.output.choice, describe(table, settings["criterion"]))
