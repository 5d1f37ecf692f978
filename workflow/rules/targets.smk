# What a person asks for by name: one stage of every cell, or everything.
rule train:
    input:
        results.every("results/{trained_on}/{model}/seed{seed}/model.pt", experiment.trained),


rule latents:
    input:
        results.every("results/{dataset}/{model}/seed{seed}/latents.npy"),
        results.every(
            "results/{dataset}/{model}/seed{seed}/reconstruction.json", experiment.trained
        ),


rule reduce:
    input:
        results.every("results/{dataset}/{model}/seed{seed}/{reduction}/embedding.npy"),


rule cluster:
    input:
        results.every("results/{dataset}/{model}/seed{seed}/{reduction}/{clustering}/clusters.csv"),


rule consensus:
    input:
        results.of_datasets("consensus/clusters.csv"),


rule selection:
    input:
        expand(
            "results/{dataset}/{file}.csv",
            dataset=experiment.datasets,
            file=["selection", "checkpoints"],
        ),


rule score:
    input:
        results.every("results/{dataset}/scores.csv"),
        results.every("results/{dataset}/summary.md"),
