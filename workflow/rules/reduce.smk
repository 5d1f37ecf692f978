rule reduce_features:
    input:
        lambda wc: (
            "results/{dataset}/{model}/seed{seed}/latents.npy"
            if REDUCTIONS[wc.reduction]["after"] is None
            else f"results/{{dataset}}/{{model}}/seed{{seed}}/{REDUCTIONS[wc.reduction]['after']}/embedding.npy"
        ),
    output:
        "results/{dataset}/{model}/seed{seed}/{reduction}/embedding.npy",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/{reduction}/reduce.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/{reduction}/reduce.tsv"
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(reduce_mb),
        runtime=growing(reduce_minutes),
    params:
        settings=lambda wc: as_json(REDUCTIONS[wc.reduction]),
        code=lambda wc: method_code("reduce.py", "reductions", REDUCTIONS[wc.reduction]["method"]),
    script:
        "../scripts/reduce.py"
