# Functions of progress.smk.
# Not one of the experiment's clusterings: another one in the config would then change this too,
# and not every clusterer can take all dimensions of the latents.
PROGRESS_CLUSTERING = {
    "method": "minibatch_kmeans",
    "n_clusters": EXPERIMENT["show"]["progress_clusters"],
    "params": {},
}


def progress_code(model):
    """Digest of the script and of the model and clusterer that it builds by name."""
    return code(
        "cluster_snapshots.py",
        locate("models", MODELS[model]["architecture"])[0],
        locate("clusterings", PROGRESS_CLUSTERING["method"])[0],
    )
