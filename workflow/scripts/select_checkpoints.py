from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    import numpy as np
    import pandas as pd

    from aecluster.jobs.artifacts import load_array, save_table
    from aecluster.selection.checkpoints import select_checkpoint
    from aecluster.training.progress import load_progress

    runs = json.loads(snakemake.params.runs)
    n_images = len(load_array(snakemake.input.equal))
    files, tables = {}, []
    for file in snakemake.input.progress:
        files.setdefault(runs[file][0], []).append(file)
    for model, of_seeds in files.items():
        found = [load_progress(file, n_images) for file in of_seeds]
        clusters = np.array([run["clusters"] for run in found])
        table = select_checkpoint(found[0]["epochs"], clusters)
        table.insert(0, "model", model)
        tables.append(table)
    columns = ["model", "epoch", "stability", "largest_cluster", "chosen"]
    whole = pd.concat(tables) if tables else pd.DataFrame(columns=columns)  # nothing is trained
    save_table(snakemake.output[0], whole)
