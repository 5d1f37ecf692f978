"""An autoencoder whose latents are to be the same for two augmented views of an image: contrastive
learning (SimCLR; Chen, Kornblith, Norouzi and Hinton 2020, ICML) beside reconstruction."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from aecluster.models.autoencoder import Autoencoder
from aecluster.models.blocks import Crop, Pad, grid_of

AT_LEAST = {"width": 1, "reconstruction": 0.0}


class Network(Autoencoder):
    """A small residual network (He et al. 2016); its pooled features become the latents.

    Two views of an image are made by the model's `augmentation`, which says what the latents
    shall not tell apart. Both are projected, and each has to be nearer to the other than to the
    views of the other images of the batch (eq. 1). From the latents of the first view the image
    is reconstructed as it was before the augmentation.

    With `relevant`, latents are measured by what augmentation changes: they are multiplied by the
    inverse root of the scatter of the two views of an image, so that views scatter by 1 in every
    direction. This is relevant component analysis (Bar-Hillel, Hertz, Shental and Weinshall 2005,
    J. Mach. Learn. Res. 6:937) with the views of an image as a chunklet. The principal
    components of such latents come in the order of how little augmentation changes them.

    Parameters
    ----------
    image_shape : (C, H, W)
    latent_dim : int
    width : int
        Channels at 1/2 of the resolution, doubled at 1/4 and again at 1/8.
    temperature : float
        Of the softmax over similarities.
    reconstruction : float
        Weight of the reconstruction loss against the contrastive loss.
    relevant : bool
        Measure latents by relevant component analysis.
    """

    n_views = 2

    def __init__(
        self,
        image_shape,
        latent_dim=128,
        width=32,
        temperature=0.5,
        reconstruction=1.0,
        relevant=False,
    ):
        super().__init__()
        self.temperature, self.reconstruction = temperature, reconstruction
        self.scatter = ViewScatter(latent_dim) if relevant else None
        channels, height, breadth = image_shape
        rows, columns = grid_of(image_shape, 8)
        self.encoder = nn.Sequential(
            Pad(8),
            _convolution(channels, width, 4, stride=2, padding=1),
            Residual(width),
            _convolution(width, 2 * width, 2, stride=2),
            Residual(2 * width),
            _convolution(2 * width, 4 * width, 2, stride=2),
            Residual(4 * width),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(4 * width, latent_dim),
        )
        self.decoder = nn.Sequential(
            nn.ReLU(),
            nn.Linear(latent_dim, 4 * width * rows * columns),
            nn.Unflatten(1, (4 * width, rows, columns)),
            nn.ReLU(),
            nn.ConvTranspose2d(4 * width, 2 * width, 2, stride=2),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 2, stride=2),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 2, stride=2),
            Crop(height, breadth),
        )
        self.projection = nn.Sequential(
            nn.BatchNorm1d(latent_dim),
            nn.ReLU(),
            nn.Linear(latent_dim, 2 * latent_dim),
            nn.BatchNorm1d(2 * latent_dim),
            nn.ReLU(),
            nn.Linear(2 * latent_dim, latent_dim),
        )

    def encode(self, images: Tensor) -> Tensor:
        """Return the latents of images, shape (B, latent_dim)."""
        features = self.encoder(images)
        return self.scatter.divide(features) if self.scatter else features

    def decode(self, latents: Tensor) -> Tensor:
        """Return the images that latents stand for, shape (B, C, H, W)."""
        return self.decoder(self.scatter.multiply(latents) if self.scatter else latents)

    def loss(self, batch, reconstruction_loss) -> Tensor:
        """Return contrastive loss + weighted reconstruction loss."""
        features = self.encoder(torch.cat(batch.inputs))
        first, second = features.split(len(batch.images))
        if self.scatter:
            self.scatter.add(first.detach().float() - second.detach().float())
        contrast = nt_xent(self.projection(features), self.temperature)
        return contrast + self.reconstruction * reconstruction_loss(
            self.decoder(first), batch.images
        )


class ViewScatter(nn.Module):
    """The scatter of the views of an image around their mean, over the last batches of training.

    Parameters
    ----------
    dim : int
        Of the features.
    """

    momentum = 0.01  # of a batch, once there were 100
    ridge = 1e-3  # of the mean variance, on all directions: one that never changes has no inverse

    def __init__(self, dim: int):
        super().__init__()
        self.register_buffer("matrix", torch.zeros(dim, dim))
        self.register_buffer("n_batches", torch.zeros((), dtype=torch.int64))

    def add(self, differences: Tensor) -> None:
        """Take in a batch: first views less second views, shape (B, dim)."""
        self.n_batches += 1
        share = max(self.momentum, 1 / self.n_batches.item())
        with torch.autocast(differences.device.type, enabled=False):
            # half the squared difference of two views is their variance without bias
            scatter = differences.T @ differences / (2 * len(differences))
        self.matrix.lerp_(scatter, share)

    def divide(self, features: Tensor) -> Tensor:
        """Return features (B, dim) times the inverse root: their views scatter by 1 everywhere."""
        return torch.linalg.solve_triangular(self._root(), features.T, upper=False).T

    def multiply(self, latents: Tensor) -> Tensor:
        """Undo `divide`."""
        return latents @ self._root().T

    def _root(self) -> Tensor:
        """Return the lower triangular root L of the scatter, L L' = scatter."""
        dim = len(self.matrix)
        identity = torch.eye(dim).to(self.matrix)
        if not self.n_batches:
            return identity
        smallest = self.ridge * self.matrix.trace() / dim + torch.finfo(torch.float32).tiny
        return torch.linalg.cholesky(self.matrix + smallest * identity)


def nt_xent(projections: Tensor, temperature: float) -> Tensor:
    """Return the normalized temperature-scaled cross entropy (Chen et al. 2020, eq. 1).

    `projections` (2 B, D): the first views of B images, then their second views.
    """
    n_images = len(projections) // 2
    directions = functional.normalize(projections.float(), dim=1)
    similarities = directions @ directions.T / temperature
    itself = torch.eye(2 * n_images, dtype=torch.bool, device=projections.device)
    others = torch.arange(2 * n_images, device=projections.device).roll(n_images)
    return functional.cross_entropy(similarities.masked_fill(itself, float("-inf")), others)


def _convolution(before: int, after: int, size: int, **options) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(before, after, size, bias=False, **options), nn.BatchNorm2d(after), nn.ReLU()
    )


class Residual(nn.Module):
    """relu(x + f(x)), with batch normalization."""

    def __init__(self, channels: int):
        super().__init__()
        self.change = nn.Sequential(
            _convolution(channels, channels, 3, padding=1),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, features: Tensor) -> Tensor:
        """(B, channels, H, W) -> the same shape."""
        return functional.relu(features + self.change(features))
