from aecluster.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.artifacts import save_array
    from aecluster.sources.load import load_source
    from aecluster.sources.prepare import select

    settings = json.loads(snakemake.params.settings)
    source = load_source(settings["source"], settings["arguments"])
    chosen = {key: settings.get(key) for key in ("limit", "balance", "seed", "positive")}
    indices, _, _ = select(source, **chosen)
    save_array(snakemake.output[0], source.read(indices, settings["size"]))
