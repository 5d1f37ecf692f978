from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.figures.reconstructions import chosen_figure, extremes_figure
    from aecluster.figures.style import save
    from aecluster.training.reconstructions import load_examples

    settings = json.loads(snakemake.params.settings)
    files = zip(settings["models"], snakemake.input, strict=True)
    runs = {model: load_examples(file) for model, file in files}
    draw = {"chosen": chosen_figure, "extremes": extremes_figure}[settings["show"]]
    save(draw(runs, settings["title"]), snakemake.output.png, snakemake.output.svg)
