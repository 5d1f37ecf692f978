from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    import pandas as pd

    from aecluster.jobs.artifacts import load_array, save_table
    from aecluster.scoring.progress import score_epochs
    from aecluster.training.progress import followed, load_progress

    labels = load_array(snakemake.input.labels)
    n_images = len(labels)
    labels = labels[followed(n_images)]
    columns = ["model", "seed", "epoch", "reconstruction_mse", "accuracy", "chance", "n_images"]
    columns += ["matching"]
    runs, tables = json.loads(snakemake.params.runs), []
    for file in snakemake.input.progress:
        model, seed = runs[file]
        table = score_epochs(**load_progress(file, n_images), labels=labels)
        tables.append(table.assign(model=model, seed=seed, n_images=len(labels)))
    whole = pd.concat(tables) if tables else pd.DataFrame(columns=columns)  # nothing is trained
    save_table(snakemake.output[0], whole[columns])
