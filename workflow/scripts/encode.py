from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.jobs.artifacts import load_array
    from aecluster.training.checkpoints import load_model
    from aecluster.training.devices import fix_arithmetic
    from aecluster.training.latents import write_latents

    fix_arithmetic(threads=1)
    model, image_shape = load_model(snakemake.input.model)
    images = load_array(snakemake.input.images, mmap=True)
    write_latents(snakemake.output[0], model, images, image_shape)
