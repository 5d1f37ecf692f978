from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.consensus.file import load_consensus
    from aecluster.figures.assigned import assigned_figure
    from aecluster.figures.style import save
    from aecluster.jobs.artifacts import load_array, load_table

    images = load_array(snakemake.input.images, mmap=True)
    new_images = load_array(snakemake.input.new_images, mmap=True)
    assigned = load_table(snakemake.input.clusters)
    figure = assigned_figure(
        (images, *load_consensus(snakemake.input.consensus, len(images))),
        (new_images, assigned["label"].to_numpy(), assigned["confidence"].to_numpy()),
        snakemake.params.title,
    )
    save(figure, snakemake.output.png, snakemake.output.svg)
