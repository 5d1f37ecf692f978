from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json

    from aecluster.jobs.artifacts import save_text
    from aecluster.page.assemble import build_page

    datasets, shown = json.loads(snakemake.params.datasets), list(snakemake.input)
    page = build_page(
        experiment=json.loads(snakemake.params.experiment),
        datasets=sorted(datasets, key=lambda files: shown.index(files["summary"])),
        across=json.loads(snakemake.params.across),
        problems=json.loads(snakemake.params.problems),
        captions=json.loads(snakemake.params.captions),
        folder=snakemake.output[1] if len(snakemake.output) > 1 else None,
    )
    save_text(snakemake.output[0], page)
