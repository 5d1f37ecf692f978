from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.clusterings.file import save_clusters
    from aecluster.consensus.file import save_consensus
    from aecluster.consensus.members import common_number, read_members
    from aecluster.consensus.run import find_consensus, member_table
    from aecluster.jobs.artifacts import load_array, save_table

    settings = json.loads(snakemake.params.settings)
    n_images = len(load_array(snakemake.input.equal))
    cells = [settings["cells"][file] for file in snakemake.input.clusters]
    members = read_members(cells, snakemake.input.clusters, n_images)
    n_clusters = common_number(members, settings["n_clusters"])
    whole = find_consensus(members, n_clusters)
    save_table(snakemake.output.members, member_table(members, whole.weights))
    save_clusters(snakemake.output.runner_up, whole.runner_up)
    for seed, file in zip(settings["seeds"], snakemake.output.of_seeds, strict=True):
        of_seed = [member for member in members if member.seed == seed]
        found = find_consensus(of_seed, n_clusters)
        save_consensus(file, found.labels, found.confidence)
    save_consensus(snakemake.output.clusters, whole.labels, whole.confidence)
