from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.clusterings.file import load_clusters
    from aecluster.exchange.table import load_images
    from aecluster.jobs.artifacts import load_array, load_table, save_bytes
    from aecluster.page.content import page_content

    settings = json.loads(snakemake.params.settings)
    files, place = snakemake.input, {file: k for k, file in enumerate(snakemake.input)}
    views = sorted(
        settings["views"], key=lambda view: (place[view["embedding"]], place[view["clusters"]])
    )
    table = load_images(files.table)
    content = page_content(
        snakemake.wildcards.dataset,
        table,
        views,
        {file: load_array(file, mmap=True)[:, :2] for file in files.embeddings},
        {file: load_clusters(file, len(table)) for file in files.clusters},
        settings["originals"],
        next(map(load_table, files.levels), None),
    )
    save_bytes(snakemake.output[0], content)
