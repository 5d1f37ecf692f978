from aecluster.job import job

with job(snakemake.log[0]):
    from aecluster.artifacts import load_array, save_table
    from aecluster.assign.neighbours import assign
    from aecluster.consensus.run import load_consensus
    from aecluster.groups.table import group_table
    from aecluster.sources.names import load_names

    files = zip(snakemake.input.known, snakemake.input.new, strict=True)
    runs = [(load_array(known), load_array(new)) for known, new in files]
    known_labels, _ = load_consensus(snakemake.input.consensus, len(runs[0][0]))
    labels, confidence = assign(runs, known_labels)
    names = load_names(snakemake.input.names, len(labels))
    save_table(snakemake.output[0], group_table(names, labels, confidence))
