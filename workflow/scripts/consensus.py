from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.clusterings.run import save_clusters
    from aecluster.consensus.members import common_number, read_members
    from aecluster.consensus.run import (
        find_consensus,
        find_runner_up,
        member_table,
        save_consensus,
    )
    from aecluster.jobs.artifacts import load_array, save_table

    settings = json.loads(snakemake.params.settings)
    n_images = len(load_array(snakemake.input.images, mmap=True))
    cells = [settings["cells"][file] for file in snakemake.input.clusters]
    members = read_members(cells, snakemake.input.clusters, n_images)
    n_clusters = common_number(members, settings["n_clusters"])
    labels, confidence, weights = find_consensus(members, n_clusters)
    save_table(snakemake.output.members, member_table(members, weights))
    save_clusters(snakemake.output.runner_up, find_runner_up(members, n_clusters, weights))
    for seed, file in zip(settings["seeds"], snakemake.output.of_seeds, strict=True):
        of_seed = [member for member in members if member.seed == seed]
        save_consensus(file, *find_consensus(of_seed, n_clusters)[:2])
    save_consensus(snakemake.output.clusters, labels, confidence)
