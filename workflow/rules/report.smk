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
    resources:
        mem_mb=growing(thumbnails_mb),
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
    output:
        "results/{dataset}/plots/page.json.gz",
    log:
        "results/logs/{dataset}/plots/page.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/page.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(draw_mb),
        runtime=minutes(5, 0.1),
    params:
        settings=lambda wc: as_json({"views": MAP_VIEWS, "originals": originals(wc.dataset)}),
        code=code("page_content.py"),
    script:
        "../scripts/page_content.py"


rule report_page:
    input:
        expand(
            "results/{dataset}/{file}",
            dataset=DATASETS,
            file=[
                "dataset.json",
                "summary.csv",
                "summary.md",
                "scores.csv",
                "choices.csv",
                "consensus/clusters.csv",
                "plots/page.json.gz",
                "plots/thumbnails.npz",
            ],
        ),
        [corrections_file(dataset) for dataset in DATASETS],
        [plot_files(dataset) for dataset in DATASETS],
        "results/comparison-across-datasets.md",
        "results/plots/critical-difference.png",
        [list(suggestion_files(dataset).values()) for dataset in DATASETS],
        expand("results/math/{problem}.{kind}", problem=MATH, kind=["md", "png"]),
    output:
        "results/report.html",
        [] if PAGE_ALONE else directory("results/report_files"),
    log:
        "results/logs/report.log",
    benchmark:
        "results/benchmarks/report.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(page_mb),
        runtime=minutes(10),
    params:
        # functions, so that braces in settings and captions are no wildcards
        experiment=lambda wc: as_json(EXPERIMENT),
        datasets=lambda wc: as_json([page_files(dataset) for dataset in sorted(DATASETS)]),
        across=lambda wc: as_json(
            {
                "name": "across",
                "text": "results/comparison-across-datasets.md",
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
        page=page_digest(),
        code=code("report.py"),
    script:
        "../scripts/report.py"
