from aecluster.job import job

with job(snakemake.log[0]):
    import json

    import numpy as np

    from aecluster.artifacts import load_json, save_array
    from aecluster.sources.channels import with_channels
    from aecluster.sources.load import load_source
    from aecluster.sources.names import names_of, save_names

    settings = json.loads(snakemake.params.settings)
    height, width, channels = load_json(snakemake.input.about)["shape"]
    source = load_source(settings["source"], settings["arguments"])
    indices = np.arange(source.n_images)
    images = source.read(indices, height if height == width else None)
    save_array(snakemake.output.images, with_channels(images, channels))
    save_names(snakemake.output.names, names_of(source, indices))
