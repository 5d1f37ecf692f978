rule compare_across_datasets:
    input:
        expand("results/{dataset}/summary.csv", dataset=DATASETS),
    output:
        table="results/comparison-across-datasets.csv",
        text="results/comparison-across-datasets.md",
        png=report(
            "results/comparison-across-datasets.png",
            caption="../report/across.rst",
            category="All data sets",
            labels={"figure": "critical differences"},
        ),
        svg="results/comparison-across-datasets.svg",
    log:
        "results/logs/comparison-across-datasets.log",
    benchmark:
        "results/benchmarks/comparison-across-datasets.tsv"
    conda:
        "../../envs/environment.yaml"
    params:
        code=code("compare_across.py"),
    script:
        "../scripts/compare_across.py"
