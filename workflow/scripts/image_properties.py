from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.consensus.run import load_consensus
    from aecluster.jobs.artifacts import load_array, load_json, save_array, save_table
    from aecluster.properties.neighbours import nearest
    from aecluster.properties.run import properties

    images = load_array(snakemake.input.images, mmap=True)
    latents = load_array(snakemake.input.latents, mmap=True)
    labels, _ = load_consensus(snakemake.input.consensus, len(images))
    equal = load_array(snakemake.input.equal)
    files = load_json(snakemake.input.read).get("files", {})
    sides = (files["width"], files["height"]) if "width" in files else None
    found = nearest(latents)
    save_array(snakemake.output.neighbours, found[0])
    table = properties(images, equal, labels, latents, found, sides)
    save_table(snakemake.output.properties, table)
