from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json
    from hashlib import sha256
    from pathlib import Path

    from aecluster.encoders.features import build_encoder, write_features
    from aecluster.encoders.known import KnownFeatures
    from aecluster.jobs.artifacts import load_array
    from aecluster.jobs.checksums import recorded
    from aecluster.sources.different import check_groups

    if snakemake.input.equal:  # of new images any number may be alike
        equal = load_array(snakemake.input.equal)
        check_groups(equal, snakemake.resources.n_groups, snakemake.wildcards.dataset)
    settings = json.loads(snakemake.params.settings)
    encoder = build_encoder(settings, snakemake.input.encoder or settings["params"]["path"])
    images = load_array(snakemake.input.images, mmap=True)
    output = Path(snakemake.output[0])
    known = None
    if "shard" in dict(snakemake.wildcards.items()):
        size = snakemake.params.images_a_shard
        first = int(snakemake.wildcards.shard) * size
        images, output = images[first : first + size], output / "features.npy"
    elif encoder.batch_invariant and settings["device"] == "cpu":
        of = (snakemake.params.settings, snakemake.params.code, recorded(snakemake.input.encoder))
        known = KnownFeatures(snakemake.params.known, sha256(repr(of).encode()).hexdigest()[:16])
    name = "/".join(snakemake.wildcards)
    write_features(output, encoder, images, snakemake.threads, name, known)
