from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.figures.reconstructions import chosen_figure, extremes_figure
    from aecluster.figures.style import save
    from aecluster.training.reconstructions import load_examples

    settings = json.loads(snakemake.params.settings)
    runs = {settings["models"][file]: load_examples(file) for file in snakemake.input}
    draw = {"chosen": chosen_figure, "extremes": extremes_figure}[settings["show"]]
    save(draw(runs, settings["title"]), snakemake.output.png, snakemake.output.svg)
