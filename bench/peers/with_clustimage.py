"""clustimage (Taskesen), on a folder as its documentation shows it: features, t-SNE, clusters.

Its defaults: 128 x 128 pixels, principal components of 95 % or histograms of oriented gradients,
agglomerative clustering with Ward's linkage. It is told the number of groups.
"""

import os

from bench.peers.files import save_groups, task


def main() -> None:
    """Group the images by the method pca or hog."""
    from clustimage import Clustimage

    asked = task()
    found = Clustimage(method=asked.method, ncores=len(os.sched_getaffinity(0)))
    k = asked.n_clusters
    results = found.fit_transform(str(asked.folder), min_clust=k, max_clust=k)
    save_groups(asked, results["pathnames"], results["labels"])


if __name__ == "__main__":
    main()
