from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_array, save_array, save_json
    from aecluster.sources.different import check_different, n_different
    from aecluster.sources.equal import first_equal
    from aecluster.sources.names import names_of, save_names
    from aecluster.sources.notes import report
    from aecluster.sources.prepare import read
    from aecluster.sources.source import load_source

    settings = json.loads(snakemake.params.settings)
    source = load_source(settings["source"], settings["arguments"])
    source.threads = snakemake.threads
    choice = {key: settings.get(key) for key in ("limit", "balance", "seed", "positive")}
    size, fit = settings["size"], settings["fit"]
    indices, skipped = read(snakemake.output.images, source, size, fit=fit, **choice)
    equal = first_equal(load_array(snakemake.output.images, mmap=True))
    check_different(equal, source.about.source)
    notes = {"skipped": skipped, "files": source.facts(indices)}
    report(source, **notes)
    save_array(snakemake.output.equal, equal)
    save_names(snakemake.output.names, names_of(source, indices))
    found = {"indices": indices.tolist(), "n_different": n_different(equal), **notes}
    save_json(snakemake.output.read, found)
