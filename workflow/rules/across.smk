rule compare_across_datasets:
    input:
        results.of_datasets("summary.csv"),
    output:
        table="results/comparison-across-datasets.csv",
        section="results/comparison-across-datasets.json",
        text="results/comparison-across-datasets.md",
    log:
        "results/logs/comparison-across-datasets.log",
    benchmark:
        "results/benchmarks/comparison-across-datasets.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=minutes(5),
    params:
        code=code("compare_across.py"),
    script:
        "../scripts/compare_across.py"


rule plot_across_datasets:
    input:
        results.of_datasets("summary.csv"),
    output:
        png=report(
            "results/plots/critical-difference.png",
            caption="../report/across.rst",
            category="All data sets",
            labels={"figure": "critical differences"},
        ),
        svg="results/plots/critical-difference.svg",
    log:
        "results/logs/plots/critical-difference.log",
    benchmark:
        "results/benchmarks/plots/critical-difference.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.start_mb),
        runtime=minutes(5),
    params:
        code=code("plot_across.py"),
    script:
        "../scripts/plot_across.py"
