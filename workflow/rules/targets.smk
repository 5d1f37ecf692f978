# What a person asks for by name: one stage of every cell, or everything.
rule train:
    input:
        results("results/{trained_on}/{model}/seed{seed}/model.pt", TRAINED),


rule latents:
    input:
        results("results/{dataset}/{model}/seed{seed}/latents.npy"),


rule reduce:
    input:
        results("results/{dataset}/{model}/seed{seed}/{reduction}/embedding.npy"),


rule cluster:
    input:
        results("results/{dataset}/{model}/seed{seed}/{reduction}/{clustering}/clusters.csv"),


rule consensus:
    input:
        expand("results/{dataset}/consensus/clusters.csv", dataset=DATASETS),


rule selection:
    input:
        expand(
            "results/{dataset}/{file}.csv",
            dataset=DATASETS,
            file=["selection", "checkpoints"],
        ),


rule score:
    input:
        results("results/{dataset}/scores.csv"),
        results("results/{dataset}/summary.md"),
