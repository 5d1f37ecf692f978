from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.clusterings.file import load_clusters
    from aecluster.consensus.file import load_consensus
    from aecluster.figures.label_map import Names, label_map
    from aecluster.figures.style import save
    from aecluster.jobs.artifacts import load_array, load_json
    from aecluster.metrics.matching import numbered_like
    from aecluster.reductions.approximation import approximation

    settings = json.loads(snakemake.params.settings)
    labels = load_array(snakemake.input.labels)
    settings["approximation"] = approximation(settings.pop("methods"), len(labels))
    clusters = load_clusters(snakemake.input.clusters, len(labels))
    if snakemake.input.groups:
        groups, _ = load_consensus(snakemake.input.groups[0], len(labels))
        clusters = numbered_like(clusters, groups)
    figure = label_map(
        load_array(snakemake.input.embedding, mmap=True),
        clusters,
        labels,
        load_json(snakemake.input.about)["class_names"],
        Names(**settings),
    )
    save(figure, snakemake.output.png, snakemake.output.svg)
