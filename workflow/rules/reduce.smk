rule reduce_features:
    input:
        lambda wc: results.of_run(wc.dataset, wc.model, wc.seed, results.before(wc.reduction)),
    output:
        "results/{dataset}/{model}/seed{seed}/{reduction}/embedding.npy",
    log:
        "results/logs/{dataset}/{model}/seed{seed}/{reduction}/reduce.log",
    benchmark:
        "results/benchmarks/{dataset}/{model}/seed{seed}/{reduction}/reduce.tsv"
    # After encoding. Of two that could start, the one to more dimensions, or that leads there:
    # kernel PCA to 400 takes longer than to 200, and t-SNE waits for both.
    priority: lambda wc: 1 - 1 / (1 + experiment.widest[wc.reduction])
    conda:
        "../../envs/environment.yaml"
    resources:
        mem_mb=growing(needs.reduce_mb),
        runtime=growing(needs.reduce_minutes),
    params:
        settings=lambda wc: as_json(experiment.reductions[wc.reduction]),
        code=lambda wc: method_code(
            "reduce.py", "reductions", experiment.reductions[wc.reduction]["method"]
        ),
    script:
        "../scripts/reduce.py"
