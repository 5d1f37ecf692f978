from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import load_array
    from aecluster.consensus.run import load_consensus
    from aecluster.figures.consensus import consensus_figure
    from aecluster.figures.style import save

    images = load_array(snakemake.input.images, mmap=True)
    figure = consensus_figure(
        load_array(snakemake.input.embedding),
        images,
        *load_consensus(snakemake.input.consensus, len(images)),
        snakemake.params.title,
    )
    save(figure, snakemake.output.png, snakemake.output.svg)
