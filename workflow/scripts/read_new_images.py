from aecluster.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.artifacts import load_json, save_json
    from aecluster.sources.load import load_source
    from aecluster.sources.names import names_of, save_names
    from aecluster.sources.prepare import read, report

    settings = json.loads(snakemake.params.settings)
    height, width, channels = load_json(snakemake.input.about)["shape"]
    source = load_source(settings["source"], settings["arguments"])
    size = height if height == width else None
    indices, skipped = read(snakemake.output.images, source, size, channels)
    report(source, skipped)
    save_json(snakemake.output.read, {"indices": indices.tolist(), "skipped": skipped})
    save_names(snakemake.output.names, names_of(source, indices))
