from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_json, load_shape, save_json
    from aecluster.sources.names import names_of, save_names
    from aecluster.sources.notes import report
    from aecluster.sources.prepare import read
    from aecluster.sources.source import load_source

    settings = json.loads(snakemake.params.settings)
    known = load_json(snakemake.input.known)["files"]
    _, height, width, channels = load_shape(snakemake.input.images)
    source = load_source(settings["source"], settings["arguments"])
    source.threads = snakemake.threads
    source.take_over(known)
    size, fit = height if height == width else None, settings["fit"]
    indices, skipped = read(snakemake.output.images, source, size, channels, fit)
    notes = {"skipped": skipped, "files": source.facts(indices)}
    report(source, **notes)
    save_json(snakemake.output.read, {"indices": indices.tolist(), **notes})
    save_names(snakemake.output.names, names_of(source, indices))
