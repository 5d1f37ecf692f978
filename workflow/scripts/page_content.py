from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.clusterings.run import load_clusters
    from aecluster.exchange.table import load_images
    from aecluster.jobs.artifacts import load_array, load_table, written_whole
    from aecluster.page.content import page_content

    settings = json.loads(snakemake.params.settings)
    table = load_images(snakemake.input.table)
    views = settings["views"]
    planes = dict.fromkeys(view["embedding"] for view in views)
    clusters = dict.fromkeys(view["clusters"] for view in views)
    files = dict(zip(sorted(planes), snakemake.input.embeddings, strict=True))
    files |= zip(sorted(clusters), snakemake.input.clusters, strict=True)
    content = page_content(
        snakemake.wildcards.dataset,
        table,
        views,
        {name: load_array(files[name], mmap=True)[:, :2] for name in planes},
        {name: load_clusters(files[name], len(table)) for name in clusters},
        settings["originals"],
        next(map(load_table, snakemake.input.levels), None),
    )
    with written_whole(snakemake.output[0]) as draft:
        draft.write_bytes(content)
