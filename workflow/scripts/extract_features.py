from aecluster.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.artifacts import load_array
    from aecluster.encoders.features import build_encoder, write_features
    from aecluster.sources.different import check_groups

    if snakemake.input.equal:  # of new images any number may be alike
        equal = load_array(snakemake.input.equal)
        check_groups(equal, snakemake.resources.n_groups, snakemake.wildcards.dataset)
    settings = json.loads(snakemake.params.settings)
    encoder = build_encoder(settings, snakemake.input.encoder or settings["params"]["path"])
    images = load_array(snakemake.input.images, mmap=True)
    output = Path(snakemake.output[0])
    if "shard" in dict(snakemake.wildcards.items()):
        size = snakemake.params.images_a_shard
        first = int(snakemake.wildcards.shard) * size
        images, output = images[first : first + size], output / "features.npy"
    name = "/".join(snakemake.wildcards)
    write_features(output, encoder, images, n_threads=snakemake.threads, name=name)
