# Functions of progress.smk.
PROGRESS_CLUSTERING = next(iter(CLUSTERINGS))


def progress_code(model):
    """Digest of the script and of the model and clusterer that it builds by name."""
    return code(
        "cluster_snapshots.py",
        locate("models", MODELS[model]["architecture"])[0],
        locate("clusterings", CLUSTERINGS[PROGRESS_CLUSTERING]["method"])[0],
    )
