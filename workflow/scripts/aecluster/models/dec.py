"""Deep embedded clustering (Xie, Girshick and Farhadi 2016, ICML): a trained encoder goes on to
learn so that its latents gather around cluster centres."""

from functools import partial

import torch
from torch import Tensor, nn

from aecluster.errors import InputError
from aecluster.models import first_centres
from aecluster.models.autoencoder import Autoencoder

AT_LEAST = {"n_clusters": 2, "n_neighbors": 2}


class Network(Autoencoder):
    """The encoder of `start`, and a centre for each cluster.

    The soft assignments q (Student's t around the centres, eq. 1) are drawn to their sharpened
    form p (eq. 3), which is computed for all images before every epoch. Nothing is reconstructed
    in training; the decoder stays as it was.

    Parameters
    ----------
    image_shape : (C, H, W)
    start : Autoencoder
        What the training goes on from.
    n_clusters : int
    centres : {"kmeans", "manifold"}
        Where the centres begin: those of k-means, as in the paper, or the means of the groups of
        N2D, which may have any shape (see `first_centres`).
    n_neighbors : int
        Of the UMAP that N2D begins with; k-means has none.
    """

    def __init__(self, image_shape, start, n_clusters=2, centres="kmeans", n_neighbors=20):
        super().__init__()
        first_centres.check(centres)
        self.first_centres = partial(first_centres.FIRST_CENTRES[centres], n_neighbors=n_neighbors)
        self.encoder, self.decoder = start.encoder, start.decoder
        with torch.no_grad():
            latent_dim = start.eval().encode(torch.zeros(1, *image_shape)).shape[1]
        self.centres = nn.Parameter(torch.zeros(n_clusters, latent_dim))
        self.targets: Tensor | None = None

    def start_epoch(self, epoch, encode_all, seed) -> None:
        """Compute the targets p of all images; before the first epoch, place the centres."""
        latents = encode_all()
        if epoch == 1:
            self._place_centres(latents, seed)
        with torch.no_grad():
            q = self.assign(torch.from_numpy(latents).to(self.centres.device))
            weights = q.square() / q.sum(0)
            self.targets = weights / weights.sum(1, keepdim=True)

    def assign(self, latents: Tensor) -> Tensor:
        """Return the soft assignments q of latents (B, D) to clusters, shape (B, n_clusters)."""
        # by differences: |x|^2 - 2 x c + |c|^2 cancels to noise where latents are far from 0
        options = {"compute_mode": "donot_use_mm_for_euclid_dist"}
        kernel = 1 / (1 + torch.cdist(latents, self.centres, **options).square())
        return kernel / kernel.sum(1, keepdim=True)

    def loss(self, batch, reconstruction_loss) -> Tensor:
        """Return the Kullback-Leibler divergence of q from p, for each image (eq. 2)."""
        return self.clustering_loss(self.encode(batch.inputs[0]), batch.indices)

    def clustering_loss(self, latents: Tensor, indices) -> Tensor:
        """Return KL(p || q) of a batch, for each image."""
        targets = self.targets[torch.from_numpy(indices).to(self.targets.device)]
        return nn.functional.kl_div(self.assign(latents).log(), targets, reduction="batchmean")

    def _place_centres(self, latents, seed):
        n_clusters = len(self.centres)
        if n_clusters > len(latents):
            raise InputError(
                f"params.n_clusters is {n_clusters}, but there are only {len(latents)} images; "
                "lower it."
            )
        centres = self.first_centres(latents, n_clusters, seed)
        if len(centres) < n_clusters:
            raise InputError(
                f"only {len(centres)} of {n_clusters} initial clusters contain images; lower "
                "params.n_clusters."
            )
        self.centres.data.copy_(torch.from_numpy(centres))
