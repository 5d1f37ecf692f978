"""ClustPy (Leiber et al. 2023) on the pixels, as its README and its documentation show it."""

from bench.peers.files import read_images, save_groups, task

_SIZE = 32  # as in the documentation of its convolutional autoencoder


def main() -> None:
    """Group the images by the method dec or subkmeans."""
    asked = task()
    files, images = read_images(asked.folder, _SIZE)
    pixels = images.reshape(len(images), -1).astype("float32") / 255
    method = {"dec": deep, "subkmeans": plain}[asked.method]
    save_groups(asked, files, method(pixels, asked.n_clusters, asked.seed))


def deep(pixels, n_clusters: int, seed: int):
    """Deep embedded clustering (Xie et al. 2016), the autoencoder and its training the defaults."""
    import bench.peers.no_torchvision  # noqa: F401

    # isort: split
    from clustpy.deep import DEC

    return DEC(n_clusters, random_state=seed).fit(pixels).labels_


def plain(pixels, n_clusters: int, seed: int):
    """SubKmeans (Mautz et al. 2017) on principal components of 90 % of the variance."""
    from clustpy.centroid import SubKmeans
    from sklearn.decomposition import PCA

    components = PCA(0.9, random_state=seed).fit_transform(pixels)
    return SubKmeans(n_clusters, random_state=seed).fit(components).labels_


if __name__ == "__main__":
    main()
