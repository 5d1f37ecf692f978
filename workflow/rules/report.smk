rule thumbnails:
    input:
        images="results/{dataset}/images.npy",
        table="results/{dataset}/images.parquet",
    output:
        "results/{dataset}/plots/thumbnails.npz",
    log:
        "results/logs/{dataset}/plots/thumbnails.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/thumbnails.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: workers
    resources:
        mem_mb=growing(lambda wc: needs.thumbnails_mb(wc, workers(wc))),
        runtime=minutes(5, 0.2),
    params:
        code=code("thumbnails.py"),
    script:
        "../scripts/thumbnails.py"


rule page_content:
    input:
        table="results/{dataset}/images.parquet",
        embeddings=map_files("embedding"),
        clusters=map_files("clusters"),
        levels=lambda wc: results.levels(wc.dataset),
    output:
        "results/{dataset}/plots/page.json.gz",
    log:
        "results/logs/{dataset}/plots/page.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/page.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.draw_mb),
        runtime=minutes(5, 0.1),
    params:
        settings=lambda wc: as_json(
            {
                "views": sorted(views(wc.dataset), key=lambda view: sorted(view.items())),
                "originals": originals(wc.dataset),
            }
        ),
        code=code("page_content.py"),
    script:
        "../scripts/page_content.py"


rule report_page:
    input:
        [results.page_inputs(dataset) for dataset in experiment.datasets],
        [results.corrections(dataset) for dataset in experiment.datasets],
        [results.plots(dataset) for dataset in experiment.datasets],
        "results/comparison-across-datasets.json",
        "results/plots/critical-difference.png",
        expand("results/math/{problem}.{kind}", problem=MATH, kind=["md", "png"]),
    output:
        "results/report.html",
        [] if plan.page_alone else directory("results/report_files"),
    log:
        "results/logs/report.log",
    benchmark:
        "results/benchmarks/report.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.page_mb),
        runtime=minutes(10),
    params:
        # functions, so that braces in settings and captions are no wildcards
        experiment=lambda wc: as_json(experiment.settings),
        datasets=lambda wc: as_json(
            [results.page(dataset) for dataset in sorted(experiment.datasets)]
        ),
        across=lambda wc: as_json(
            {
                "sections": "results/comparison-across-datasets.json",
                "figure": "results/plots/critical-difference.png",
            }
        ),
        problems=lambda wc: as_json(
            [
                {"name": p, "text": f"results/math/{p}.md", "figure": f"results/math/{p}.png"}
                for p in MATH
            ]
        ),
        captions=lambda wc: as_json(caption_texts()),
        template=page_digest(),
        code=code("report.py"),
    script:
        "../scripts/report.py"
