from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    import numpy as np

    from aecluster.jobs.artifacts import load_array, load_json, save_array, save_json
    from aecluster.sources.choice import classes
    from aecluster.sources.description import describe
    from aecluster.sources.source import load_source

    settings = json.loads(snakemake.params.settings)
    source = load_source(settings["source"], settings["arguments"])
    read = load_json(snakemake.input.read)
    images = load_array(snakemake.input.images, mmap=True)
    labels, class_names = classes(source, settings["positive"])
    labels = labels[np.array(read["indices"], dtype=np.int64)]
    save_array(snakemake.output.labels, labels)
    about = describe(
        source.about,
        images,
        labels,
        class_names,
        **settings["split"],
        skipped=read["skipped"],
        files=read["files"],
    )
    save_json(snakemake.output.about, {**about, "n_different": read["n_different"]})
