"""Losses of the stronger autoencoders, against their formulas."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from aecluster.models import invariant, mlp, spectrum, variational
from aecluster.models.autoencoder import Batch
from aecluster.models.invariant import ViewScatter, nt_xent

IMAGES = torch.rand(6, 3, 8, 8, generator=torch.Generator().manual_seed(0)) * 2 - 1


def batch_of(*views):
    return Batch(images=IMAGES, views=list(views), inputs=list(views), indices=np.arange(6))


def squared(reconstructions, targets):
    return (reconstructions - targets).square().mean()


def test_the_contrastive_loss_is_the_mean_over_pairs_of_the_formula():
    z = torch.randn(8, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    unit = (z / z.norm(dim=1, keepdim=True)).numpy()
    expected = []
    for i in range(8):
        similar = np.exp(unit @ unit[i] / 0.3)
        expected.append(-np.log(similar[(i + 4) % 8] / (similar.sum() - similar[i])))
    assert nt_xent(z, 0.3).item() == pytest.approx(np.mean(expected), rel=1e-5)


def test_equal_views_cost_less_than_views_of_other_images():
    z = torch.eye(4)
    assert nt_xent(torch.cat([z, z]), 0.5) < nt_xent(torch.cat([z, z.roll(1, 0)]), 0.5)


def test_the_invariant_model_reconstructs_the_image_before_its_augmentation():
    torch.manual_seed(0)
    model = invariant.Network((3, 8, 8), 6, width=8, reconstruction=1e6)
    seen = []

    def record(reconstructions, targets):
        seen.append(targets)
        return squared(reconstructions, targets)

    other = model.loss(batch_of(-IMAGES, IMAGES.flip(3)), record)
    assert torch.equal(seen[0], IMAGES) and other > 1000
    model.reconstruction = 0.0
    assert model.loss(batch_of(-IMAGES, IMAGES.flip(3)), record) < 10


def test_relevant_latents_scatter_by_1_from_view_to_view():
    torch.manual_seed(0)
    model = invariant.Network((3, 8, 8), 4, width=8, relevant=True)
    assert torch.equal(model.encode(IMAGES), model.encoder(IMAGES)), "nothing is known yet"
    views = torch.rand(2, 200, 3, 8, 8) * 2 - 1
    batch = Batch(views[0], list(views), list(views), np.arange(200))
    with torch.no_grad():
        model.loss(batch, squared)
        # in training mode, as the loss does: the same statistics of the batch
        first, second = model.encode(torch.cat(list(views))).split(200)
        of_each = torch.stack([first, second]) - (first + second) / 2
        scatter = torch.einsum("vni,vnj->ij", of_each, of_each) / 200
        assert torch.allclose(scatter, torch.eye(4), atol=0.02)
        model.eval()
        decoded = model.decoder(model.encoder(IMAGES))
        assert torch.allclose(model(IMAGES), decoded, atol=1e-5), "decode undoes it"
        assert not torch.allclose(model.encode(IMAGES), model.encoder(IMAGES), atol=0.1)


def test_the_scatter_is_the_mean_of_100_batches_then_follows_slowly():
    differences = torch.randn(150, 20, 3, generator=torch.Generator().manual_seed(0))
    scatter = ViewScatter(3)
    for batch in differences[:100]:
        scatter.add(batch)
    of_batch = torch.einsum("bni,bnj->bij", differences, differences) / 40
    assert torch.allclose(scatter.matrix, of_batch[:100].mean(0), atol=1e-5)
    scatter.add(differences[100])
    assert torch.allclose(
        scatter.matrix, 0.99 * of_batch[:100].mean(0) + 0.01 * of_batch[100], atol=1e-5
    )


def test_a_direction_that_never_changes_does_not_become_infinite():
    scatter = ViewScatter(2)
    scatter.add(torch.tensor([[1.0, 0.0], [-1.0, 0.0]]))
    assert scatter.divide(torch.ones(1, 2)).abs().max() < 100


def test_the_variational_loss_is_the_bound_for_each_pixel():
    torch.manual_seed(0)
    model = variational.Network((3, 8, 8), 4, width=8, beta=0.7)
    mean, log_variance = model.encoder(IMAGES).chunk(2, dim=1)
    assert torch.equal(model.encode(IMAGES), mean)
    posterior = Normal(mean, (log_variance / 2).exp())
    divergence = kl_divergence(posterior, Normal(0.0, 1.0)).sum(1).mean()
    torch.manual_seed(1)
    sample = posterior.mean + posterior.stddev * torch.randn(mean.shape)
    expected = squared(model.decode(sample), IMAGES) + 0.7 * divergence / IMAGES[0].numel()
    torch.manual_seed(1)
    assert model.loss(batch_of(IMAGES), squared).item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_mlp_has_the_layers_of_the_papers():
    model = mlp.Network((1, 28, 28))
    shapes = [tuple(weight.shape) for weight in model.parameters() if weight.ndim == 2]
    assert shapes == [
        (500, 784), (500, 500), (2000, 500), (10, 2000),
        (2000, 10), (500, 2000), (500, 500), (784, 500),
    ]  # fmt: skip


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 12)], ids=str)
def test_the_spectrum_is_that_of_the_grey_image(shape):
    images = torch.rand(4, *shape, generator=torch.Generator().manual_seed(1)) * 2 - 1
    model = spectrum.Network(shape)
    grey = (images.numpy().mean(1) + 1) / 2
    amplitudes = np.abs(np.fft.rfft2(grey - grey.mean((1, 2), keepdims=True)))
    expected = np.log(amplitudes + 1e-3).reshape(4, -1)
    assert np.allclose(model.encode(images).numpy(), expected, atol=5e-3)
    assert model(images).shape == images.shape
    moved = images.roll((2, 3), dims=(2, 3))
    assert torch.allclose(model.encode(moved), model.encode(images), atol=1e-2), "no places"
