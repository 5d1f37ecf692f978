from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import save_text
    from aecluster.page.assemble import build_page

    place = {file: k for k, file in enumerate(snakemake.input)}
    datasets = json.loads(snakemake.params.datasets)
    datasets.sort(key=lambda dataset: place[dataset["summary"]])
    for dataset in datasets:
        dataset["figures"].sort(key=lambda figure: place[figure["path"]])
    page = build_page(
        experiment=json.loads(snakemake.params.experiment),
        datasets=datasets,
        across=json.loads(snakemake.params.across),
        problems=json.loads(snakemake.params.problems),
        captions=json.loads(snakemake.params.captions),
        folder=snakemake.output[1] if len(snakemake.output) > 1 else None,
    )
    save_text(snakemake.output[0], page)
