# Functions of progress.smk.
from aecluster.training.followed import SAMPLE as FOLLOWED

# Not one of the experiment's clusterings: another one in the config would then change this too,
# and not every clusterer can take all dimensions of the latents.
PROGRESS_CLUSTERING = {
    "method": "minibatch_kmeans",
    "n_clusters": EXPERIMENT["show"]["progress_clusters"],
    "params": {},
}


def progress_code(model):
    """Digest of the script and of the model and clusterer that it builds by name."""
    clusterer_module = locate("clusterings", PROGRESS_CLUSTERING["method"])[0]
    return model_code("cluster_snapshots.py", model, clusterer_module)


def progress_title(dataset):
    """What the figure of the progress is called."""
    n_images, _ = images_of(dataset)
    of = f" of a random {FOLLOWED:,} images" if n_images > FOLLOWED else ""
    n_clusters = PROGRESS_CLUSTERING["n_clusters"]
    return f"{models_of(dataset)}: {n_clusters} groups of the latents{of} by k-means"


def follow_mb(wc):
    """The images are memory-mapped; a sample of them is copied and encoded."""
    n, numbers = images_of(wc.dataset)
    n = min(n, FOLLOWED)
    features = megabytes(n * (numbers + 6 * 8 * latents_of(wc.model)))
    return START_TORCH_MB + batch_mb(wc) + features + megabytes(8 * 10 * n)


def follow_minutes(per_thousand):
    """Resource function: minutes for the images that are followed."""
    return growing(lambda wc: 5 + per_thousand * min(thousands(wc.dataset), FOLLOWED / 1000))
