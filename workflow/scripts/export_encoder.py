from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.encoders.pretrained import export

    settings = json.loads(snakemake.params.settings)
    export(snakemake.output[0], **settings["params"], size=settings["size"])
