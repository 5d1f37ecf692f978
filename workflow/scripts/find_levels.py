from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import pandas as pd

    from aecluster.jobs.artifacts import load_array, save_table
    from aecluster.n_clusters.levels import levels_of, nested, ward_tree

    features = load_array(snakemake.input[0], mmap=True)
    merges, leaves = ward_tree(features, random_state=snakemake.params.seed)
    levels = levels_of(len(features))
    table = pd.DataFrame(nested(merges, levels)[leaves], columns=[f"k{k}" for k in levels])
    table.insert(0, "id", range(len(table)))
    save_table(snakemake.output[0], table)
