from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_array, save_array
    from aecluster.reductions.run import reduce

    settings = json.loads(snakemake.params.settings)
    embedding = reduce(
        load_array(snakemake.input[0], mmap=True),
        settings["method"],
        settings["dim"],
        settings["params"],
        random_state=int(snakemake.wildcards.seed),
    )
    save_array(snakemake.output[0], embedding)
