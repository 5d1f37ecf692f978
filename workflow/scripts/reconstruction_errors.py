from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.jobs.artifacts import load_array, save_json
    from aecluster.training.checkpoints import load_model
    from aecluster.training.decoding import reconstruction_errors
    from aecluster.training.devices import fix_arithmetic
    from aecluster.training.error_summary import summarise_errors

    fix_arithmetic(threads=1)
    model, _ = load_model(snakemake.input.model)
    images = load_array(snakemake.input.images, mmap=True)
    latents = load_array(snakemake.input.latents, mmap=True)
    errors = reconstruction_errors(model, images, latents)
    save_json(snakemake.output[0], summarise_errors(errors))
