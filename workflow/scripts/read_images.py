from aecluster.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.artifacts import load_array, save_json
    from aecluster.sources.load import load_source
    from aecluster.sources.names import names_of, save_names
    from aecluster.sources.notes import report
    from aecluster.sources.prepare import check_different, read

    settings = json.loads(snakemake.params.settings)
    source = load_source(settings["source"], settings["arguments"])
    source.threads = snakemake.threads
    choice = {key: settings.get(key) for key in ("limit", "balance", "seed", "positive")}
    size, fit = settings["size"], settings["fit"]
    indices, skipped = read(snakemake.output.images, source, size, fit=fit, **choice)
    check_different(source, load_array(snakemake.output.images, mmap=True))
    notes = {"skipped": skipped, "files": source.facts(indices)}
    report(source, **notes)
    save_names(snakemake.output.names, names_of(source, indices))
    save_json(snakemake.output.read, {"indices": indices.tolist(), **notes})
