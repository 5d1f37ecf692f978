from aecluster.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.artifacts import load_array, written_whole
    from aecluster.clusterings.run import load_clusters
    from aecluster.exchange.table import load_images
    from aecluster.page.content import page_content

    settings = json.loads(snakemake.params.settings)
    folder = Path(snakemake.input.table).parent
    table = load_images(snakemake.input.table)
    views = settings["views"]
    planes = {view["embedding"]: None for view in views}
    clusters = {view["clusters"]: None for view in views}
    content = page_content(
        snakemake.wildcards.dataset,
        table,
        views,
        {file: load_array(folder / file, mmap=True)[:, :2] for file in planes},
        {file: load_clusters(folder / file, len(table)) for file in clusters},
        settings["originals"],
    )
    with written_whole(snakemake.output[0]) as draft:
        draft.write_bytes(content)
