from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.exchange.table import load_images
    from aecluster.jobs.artifacts import load_array
    from aecluster.page.placement import placement
    from aecluster.page.thumbnails import make_sheets, save_sheets

    images = load_array(snakemake.input.images, mmap=True)
    table = load_images(snakemake.input.table)
    sheets = make_sheets(images, placement(table), snakemake.threads)
    save_sheets(snakemake.output[0], sheets)
