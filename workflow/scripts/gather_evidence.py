from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import load_array, load_json, save_table
    from aecluster.statistics.evidence import evidence_table, read_labellings

    files, known = snakemake.input, json.loads(snakemake.params.settings)["cells"]
    cells = [known[file] for file in files.clusters]
    labels = load_array(files.labels)
    labellings = read_labellings(cells, files.clusters, files.consensus, len(labels))
    split = load_json(files.about)["split"]
    save_table(snakemake.output[0], evidence_table(labels, split, labellings))
