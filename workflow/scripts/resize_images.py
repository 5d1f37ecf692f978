from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.jobs.artifacts import load_array, save_rows
    from aecluster.sources.pixels import blocks
    from aecluster.sources.resizing import fit_all

    images = load_array(snakemake.input[0], mmap=True)
    size = int(snakemake.wildcards.size)
    save_rows(
        snakemake.output[0], (fit_all(block, size) for _, block in blocks(images)), len(images)
    )
