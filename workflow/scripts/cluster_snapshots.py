from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_array
    from aecluster.training.checkpoints import load_model, load_snapshots
    from aecluster.training.devices import fix_arithmetic
    from aecluster.training.progress import save_progress
    from aecluster.training.snapshots import cluster_snapshots

    fix_arithmetic(threads=1)
    settings = json.loads(snakemake.params.settings)
    model, image_shape = load_model(snakemake.input.model)
    progress = cluster_snapshots(
        model,
        load_snapshots(snakemake.input.snapshots),
        load_array(snakemake.input.images, mmap=True),
        image_shape,
        settings,
        random_state=int(snakemake.wildcards.seed),
    )
    save_progress(snakemake.output[0], progress)
