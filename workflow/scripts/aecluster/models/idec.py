"""Improved deep embedded clustering (Guo, Gao, Liu and Yin 2017, IJCAI): DEC that goes on
reconstructing, so that the latents keep their local structure."""

from aecluster.models import dec

AT_LEAST = {"n_clusters": 2, "n_neighbors": 2, "gamma": 0.0}


class Network(dec.Network):
    """As `dec`, with the reconstruction loss beside the clustering loss (eq. 9).

    Parameters
    ----------
    image_shape : (C, H, W)
    start : Autoencoder
    n_clusters : int
    centres, n_neighbors
        As of `dec`.
    gamma : float
        Weight of the clustering loss; 0.1 in the paper. As in its authors' code, reconstruction is
        a mean over pixels (in [-1, 1] here); where it is their sum, as in the paper's text, gamma
        times the number of pixels is the same weight.
    """

    def __init__(
        self, image_shape, start, n_clusters=2, centres="kmeans", n_neighbors=20, gamma=0.1
    ):
        super().__init__(image_shape, start, n_clusters, centres, n_neighbors)
        self.gamma = gamma

    def loss(self, batch, reconstruction_loss):
        """Return reconstruction loss + gamma * KL(p || q)."""
        latents = self.encode(batch.inputs[0])
        error = reconstruction_loss(self.decode(latents), batch.views[0])
        return error + self.gamma * self.clustering_loss(latents, batch.indices)
