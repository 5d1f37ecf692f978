from aecluster.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.artifacts import load_array, save_json
    from aecluster.sources.load import load_source
    from aecluster.sources.names import names_of, save_names
    from aecluster.sources.prepare import check_different, read, report

    settings = json.loads(snakemake.params.settings)
    source = load_source(settings["source"], settings["arguments"])
    choice = {key: settings.get(key) for key in ("limit", "balance", "seed", "positive")}
    indices, skipped = read(snakemake.output.images, source, settings["size"], **choice)
    check_different(source, load_array(snakemake.output.images, mmap=True))
    report(source, skipped)
    save_names(snakemake.output.names, names_of(source, indices))
    save_json(snakemake.output.read, {"indices": indices.tolist(), "skipped": skipped})
