from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json
    from dataclasses import replace

    import numpy as np

    from aecluster.consensus.members import read_members
    from aecluster.jobs.artifacts import load_array, save_json, save_table
    from aecluster.sampling import sample_of
    from aecluster.scoring.split import public_mask
    from aecluster.selection.run import describe, select
    from aecluster.selection.samples import SIZE, Sample

    settings = json.loads(snakemake.params.settings)
    latents = {file: load_array(file, mmap=True) for file in snakemake.input.latents}
    n_images = len(latents[snakemake.input.latents[0]])
    cells = [settings["cells"][file] for file in snakemake.input.clusters]
    members = read_members(cells, snakemake.input.clusters, n_images)
    sample = sample_of(n_images, SIZE)
    features = [Sample(sample, np.array(latents[file][sample])) for file in settings["pretrained"]]
    for file in snakemake.input.features:
        block = load_array(file)
        features.append(Sample(sample_of(n_images, len(block)), block))
    rule = {name: settings[name] for name in ("criterion", "n_clusters")}
    table = select(members, latents.values(), **rule, features=features)
    split = settings["split"]
    public = np.flatnonzero(public_mask(n_images, split["public"], split["seed"]))
    half = [replace(member, clusters=member.clusters[public]) for member in members]
    on_public = select(half, latents.values(), **rule, images=public, features=features)
    table["chosen_on_public"] = on_public["chosen"]
    save_table(snakemake.output.table, table)
    save_json(snakemake.output.choice, describe(table, settings["criterion"]))
