from aecluster.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.artifacts import load_array, save_array, save_json
    from aecluster.sources.load import load_source
    from aecluster.sources.names import names_of, save_names
    from aecluster.sources.prepare import describe, select

    settings = json.loads(snakemake.params.settings)
    source = load_source(settings["source"], settings["arguments"])
    chosen = {key: settings[key] for key in ("limit", "balance", "seed", "positive")}
    indices, labels, class_names = select(source, **chosen)
    save_array(snakemake.output.labels, labels)
    save_names(snakemake.output.names, names_of(source, indices))
    images = load_array(snakemake.input.images, mmap=True)
    about = describe(source.about, images, labels, class_names, **settings["split"])
    save_json(snakemake.output.about, about)
