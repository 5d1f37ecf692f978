from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.figures.learning_curves import learning_curves
    from aecluster.figures.style import save
    from aecluster.jobs.artifacts import load_table

    settings = json.loads(snakemake.params.settings)
    histories = [(*settings["runs"][file], load_table(file)) for file in snakemake.input]
    figure = learning_curves(histories, settings["losses"], settings["title"])
    save(figure, snakemake.output.png, snakemake.output.svg)
