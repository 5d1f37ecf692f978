from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from pathlib import Path

    import numpy as np

    from aecluster.jobs.artifacts import load_array, save_json, save_rows
    from aecluster.training.error_summary import summarise_errors

    shards = [Path(folder) for folder in snakemake.input]
    errors = np.concatenate([load_array(folder / "errors.npy") for folder in shards])
    latents = (load_array(folder / "latents.npy") for folder in shards)
    save_rows(snakemake.output.latents, latents, len(errors))
    save_json(snakemake.output.reconstruction, summarise_errors(errors))
