from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    import numpy as np

    from aecluster.encoders.vectors import Encoder
    from aecluster.jobs.artifacts import load_json, save_array
    from aecluster.sources.source import load_source

    settings = json.loads(snakemake.params.settings)
    source = load_source(settings["source"], settings["arguments"])
    indices = np.array(load_json(snakemake.input.read)["indices"], dtype=np.int64)
    save_array(snakemake.output[0], Encoder(source).take(indices))
