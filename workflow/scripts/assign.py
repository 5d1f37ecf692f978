from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from aecluster.assign.neighbours import assign, with_equal
    from aecluster.consensus.file import load_consensus
    from aecluster.groups.corrections import load_corrections
    from aecluster.groups.table import group_table, save_groups
    from aecluster.jobs.artifacts import load_array
    from aecluster.sources.equal import first_equal
    from aecluster.sources.names import load_names

    files = zip(snakemake.input.known, snakemake.input.new, strict=True)
    runs = [(load_array(known), load_array(new)) for known, new in files]
    known = load_consensus(snakemake.input.consensus, len(runs[0][0]))
    pixels = [
        load_array(file, mmap=True) for file in (snakemake.input.images, snakemake.input.new_images)
    ]
    labels, confidence = with_equal(known, assign(runs, known[0]), first_equal(*pixels))
    names = load_names(snakemake.input.names, len(labels))
    corrections = load_corrections(next(iter(snakemake.input.corrections), None), known[0])
    table = group_table(names, labels, confidence, corrections.of_groups())
    save_groups(snakemake.output[0], table)
