rule interactive_map:
    input:
        images="results/{dataset}/images.npy",
        labels="results/{dataset}/labels.npy",
        about="results/{dataset}/dataset.json",
        embeddings=map_files("embedding"),
        clusters=map_files("clusters"),
        consensus="results/{dataset}/consensus/clusters.csv",
    output:
        "results/{dataset}/plots/map.json",
    log:
        "results/logs/{dataset}/plots/map.log",
    benchmark:
        "results/benchmarks/{dataset}/plots/map.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(draw_mb),
        runtime=minutes(5, 0.1),
    params:
        views=as_json(MAP_VIEWS),
        code=code("interactive_map.py"),
    script:
        "../scripts/interactive_map.py"


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
                "plots/map.json",
            ],
        ),
        [plot_files(dataset) for dataset in DATASETS],
        "results/comparison-across-datasets.md",
        "results/plots/critical-difference.png",
        [list(suggestion_files(dataset).values()) for dataset in DATASETS],
        expand("results/math/{problem}.{kind}", problem=MATH, kind=["md", "png"]),
    output:
        "results/report.html",
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
