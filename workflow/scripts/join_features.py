from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from pathlib import Path

    from aecluster.jobs.artifacts import load_array, save_rows

    shards = [load_array(Path(folder, "features.npy"), mmap=True) for folder in snakemake.input]
    save_rows(snakemake.output[0], iter(shards), sum(map(len, shards)))
