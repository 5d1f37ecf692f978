from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json
    from pathlib import Path

    from aecluster.consensus.file import load_consensus
    from aecluster.groups.corrections import load_corrections
    from aecluster.groups.folders import group_files, group_pixels
    from aecluster.jobs.artifacts import load_array
    from aecluster.sources.names import load_names

    settings = json.loads(snakemake.params.settings)
    images = load_array(snakemake.input.images, mmap=True)
    names = load_names(snakemake.input.names, len(images))
    labels, confidence = load_consensus(snakemake.input.consensus, len(images))
    corrections = load_corrections(next(iter(snakemake.input.corrections), None), labels)
    labels = corrections.apply(labels)
    if settings["pictures"]:
        root = Path(settings["pictures"]).resolve()
        files = [root / name for name in names]
        copies = settings["groups"] == "copies"
        group_files(snakemake.output[0], files, labels, confidence, copies, corrections.names)
    else:
        group_pixels(snakemake.output[0], images, labels, confidence, corrections.names)
