from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    import numpy as np
    import pandas as pd

    from aecluster.jobs.artifacts import load_array, save_table
    from aecluster.selection.checkpoints import select_checkpoint
    from aecluster.training.progress import load_progress

    settings = json.loads(snakemake.params.settings)
    n_images = len(load_array(snakemake.input.images, mmap=True))
    tables = []
    n_seeds = len(settings["seeds"])
    for k, model in enumerate(settings["models"]):
        files = snakemake.input.progress[k * n_seeds : (k + 1) * n_seeds]  # a model at a time
        runs = [load_progress(file, n_images) for file in files]
        clusters = np.array([run["clusters"] for run in runs])
        table = select_checkpoint(runs[0]["epochs"], clusters)
        table.insert(0, "model", model)
        tables.append(table)
    columns = ["model", "epoch", "stability", "largest_cluster", "chosen"]
    whole = pd.concat(tables) if tables else pd.DataFrame(columns=columns)  # nothing is trained
    save_table(snakemake.output[0], whole)
