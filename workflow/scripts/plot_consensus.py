from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.consensus.file import load_consensus
    from aecluster.figures.consensus import consensus_figure
    from aecluster.figures.style import save
    from aecluster.jobs.artifacts import load_array
    from aecluster.reductions.approximation import approximation

    images = load_array(snakemake.input.images, mmap=True)
    approximate = approximation(json.loads(snakemake.params.methods), len(images))
    figure = consensus_figure(
        load_array(snakemake.input.embedding, mmap=True)[:, :2],
        images,
        *load_consensus(snakemake.input.consensus, len(images)),
        snakemake.params.title + (f" ({approximate})" if approximate else ""),
    )
    save(figure, snakemake.output.png, snakemake.output.svg)
