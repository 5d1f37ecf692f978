# Functions of n_clusters.smk.
def grouped_space(dataset, model, seed):
    """Where the number of groups is sought: in the UMAP that is clustered, the one with most
    dimensions if there are several; without one, in the latents."""
    folder = f"results/{dataset}/{model}/seed{seed}"
    clustered = {reduction for name in CLUSTERINGS for reduction in reductions_of(name)}
    umaps = [r for r in REDUCTIONS if r in clustered and REDUCTIONS[r]["method"] == "umap"]
    if not umaps:
        return f"{folder}/latents.npy"
    return f"{folder}/{max(umaps, key=lambda name: REDUCTIONS[name]['dim'])}/embedding.npy"


def levels_mb(wc):
    """The features, and the distances of at most 4000 leaves of the tree."""
    return START_MB + features_mb(wc, latents_of(next(iter(MODELS)))) + megabytes(2 * 8 * 4000**2)
