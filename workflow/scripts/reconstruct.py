from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_array, load_json
    from aecluster.training.checkpoints import load_model
    from aecluster.training.devices import fix_arithmetic
    from aecluster.training.examples import make_examples
    from aecluster.training.reconstructions import save_examples

    fix_arithmetic(threads=1)
    model, image_shape = load_model(snakemake.input.model)
    groups = make_examples(
        model,
        load_array(snakemake.input.images, mmap=True),
        image_shape,
        json.loads(snakemake.params.settings),
        load_json(snakemake.input.reconstruction),
    )
    save_examples(snakemake.output[0], groups)
