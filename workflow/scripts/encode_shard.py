from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from pathlib import Path

    from aecluster.jobs.artifacts import load_array, save_array
    from aecluster.training.checkpoints import load_model
    from aecluster.training.decoding import reconstruction_errors
    from aecluster.training.devices import fix_arithmetic
    from aecluster.training.latents import write_latents

    fix_arithmetic(threads=1)
    model, image_shape = load_model(snakemake.input.model)
    size = snakemake.params.images_a_shard
    first = int(snakemake.wildcards.shard) * size
    images = load_array(snakemake.input.images, mmap=True)[first : first + size]
    folder = Path(snakemake.output[0])
    write_latents(folder / "latents.npy", model, images, image_shape)
    latents = load_array(folder / "latents.npy", mmap=True)
    save_array(folder / "errors.npy", reconstruction_errors(model, images, latents))
