# Functions of progress.smk.
def progress_cell():
    """The first reduction and clustering of the experiment: what training is followed with."""
    return next((reduction, clustering) for _, _, reduction, clustering in cells())


def progress_settings():
    """Settings of the steps from latents to clusters that training is followed with."""
    reduction, clustering = progress_cell()
    keys = ("method", "n_clusters", "params")
    return {
        "reductions": [REDUCTIONS[step] for step in steps_to(REDUCTIONS, reduction)],
        "clustering": {key: CLUSTERINGS[clustering][key] for key in keys},
    }


def progress_code(model):
    """Digest of the script and of the model, reductions and clusterer that it builds by name."""
    settings = progress_settings()
    steps = [locate("reductions", step["method"])[0] for step in settings["reductions"]]
    return code(
        "cluster_snapshots.py",
        locate("models", MODELS[model]["architecture"])[0],
        locate("clusterings", settings["clustering"]["method"])[0],
        *steps,
    )
