# Cells that share a process: in a large grid, the cheap clusterings of an embedding.
from aecluster.clusterings.cheap import cheap

CELLS_ALONE = 200  # up to so many cells each has a job of its own, and runs again alone


def shared_clusterings():
    """The cheap clusterings of every reduction, and the data sets that they are cheap for."""
    if len(cells()) <= CELLS_ALONE:
        return [], []
    sizes = {dataset: images_of(dataset)[0] for dataset in DATASETS}
    everywhere = {name: c["method"] for name, c in CLUSTERINGS.items() if c["on"] is None}
    smallest = min(sizes.values())
    names = [name for name, method in everywhere.items() if cheap(method, smallest)]
    datasets = [
        dataset for dataset, n in sizes.items() if all(cheap(everywhere[name], n) for name in names)
    ]
    return (names, datasets) if len(names) > 1 else ([], [])


SHARED_CLUSTERINGS, SHARED_BY = shared_clusterings()


def shared_modules():
    """Modules of the methods of the clusterings that share a process."""
    methods = {CLUSTERINGS[name]["method"] for name in SHARED_CLUSTERINGS}
    return sorted(locate("clusterings", method)[0] for method in methods)


def cluster_benchmark(dataset, model, seed, reduction, clustering):
    """Benchmark file of the job that makes the clusters of a cell."""
    folder = f"results/benchmarks/{dataset}/{model}/seed{seed}/{reduction}"
    together = clustering in SHARED_CLUSTERINGS and dataset in SHARED_BY
    return f"{folder}/cluster.tsv" if together else f"{folder}/{clustering}/cluster.tsv"
