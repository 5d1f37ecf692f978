from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.clusterings.file import load_clusters
    from aecluster.consensus.file import load_consensus
    from aecluster.exchange.exif import taken_at
    from aecluster.exchange.metadata import read_metadata
    from aecluster.exchange.table import OWN, image_table, save_images
    from aecluster.jobs.artifacts import load_array, load_json
    from aecluster.properties.table import load_properties
    from aecluster.sources.facts import sides_of
    from aecluster.sources.names import load_names

    settings = json.loads(snakemake.params.settings)
    files = snakemake.input
    labels = load_array(files.labels)
    n_images = len(labels)
    names = load_names(files.names, n_images)
    root = settings["pictures"] and Path(settings["pictures"])
    metadata = next(iter(files.metadata), None)
    table = image_table(
        names,
        (
            *load_consensus(files.consensus, n_images),
            load_clusters(files.runner_up, n_images),
        ),
        load_array(files.plane, mmap=True),
        load_array(files.neighbours),
        load_properties(files.properties, n_images),
        sides_of(files.read),
        labels,
        load_json(files.about)["class_names"],
        [taken_at(root / name) for name in names] if root else None,
        read_metadata(metadata, names, OWN) if metadata else None,
    )
    save_images(snakemake.output[0], table)
