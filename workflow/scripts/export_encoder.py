from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.encoders.kept_graph import write_graph

    settings = json.loads(snakemake.params.settings)
    write_graph(snakemake.output[0], **settings["params"], size=settings["size"])
