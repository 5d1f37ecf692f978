"""DEC, IDEC, the variational loss and the mlp against ClustPy: same weights, same data, float64.

Where the two scale a term differently, the test states the factor.
"""

import copy

import numpy as np
import pytest
import torch
from clustpy_alone import (
    IDEC,
    DecModule,
    FeedforwardAutoencoder,
    VariationalAutoencoder,
    default_layers,
    squared_error,
    target_of,
)
from torch import nn

from aecluster.models import dec, idec, mlp, variational
from aecluster.models.autoencoder import Batch

SHAPE = (1, 6, 5)
SIZES = [30, 12, 9, 4]
N_IMAGES, N_CLUSTERS, N_PIXELS = 40, 3, 30
INDICES = np.arange(N_IMAGES)
ALL = {"rtol": 1e-10, "atol": 1e-12}


@pytest.fixture(autouse=True)
def in_float64():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def images():
    return torch.rand(N_IMAGES, *SHAPE) * 2 - 1


def pair() -> tuple[mlp.Network, FeedforwardAutoencoder]:
    """Return the same network of both sides."""
    here = mlp.Network(SHAPE, SIZES[-1], SIZES[1:-1])
    there = FeedforwardAutoencoder(SIZES, activation_fn=nn.ReLU)
    weights = copy.deepcopy(list(here.state_dict().values()))
    there.load_state_dict(dict(zip(there.state_dict(), weights, strict=True)))
    return here, there


def pair_with_centres(images, kind=dec, **options):
    """Return a network of this project, one of ClustPy and its module of the same centres."""
    here, there = pair()
    model = kind.Network(SHAPE, here, N_CLUSTERS, **options)
    with torch.no_grad():
        latents = model.encode(images).numpy()
    model.start_epoch(1, lambda: latents, seed=0)
    return model, there, DecModule(model.centres.detach().numpy().copy(), alpha=1.0)


def batch_of(images) -> Batch:
    return Batch(images=images, views=[images], inputs=[images], indices=INDICES)


def rows_of(images) -> list:
    """Return a batch as ClustPy takes it."""
    return [torch.from_numpy(INDICES), images.flatten(1)]


def entropy(p):
    return -(p * p.log()).sum(1).mean()


def assert_same_gradients(model, there, centres):
    """Compare the gradients of all weights and of the centres."""
    here = [w.grad for w in (*model.encoder.parameters(), *model.decoder.parameters())]
    for one, other in zip(here, there.parameters(), strict=True):
        assert (one is None) == (other.grad is None)
        if one is not None:
            torch.testing.assert_close(one, other.grad, rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(model.centres.grad, centres.grad, rtol=1e-6, atol=1e-9)


def test_the_mlp_is_their_network(images):
    here, there = pair()
    torch.testing.assert_close(here.encode(images), there.encode(images.flatten(1)), **ALL)
    torch.testing.assert_close(here(images).flatten(1), there(images.flatten(1)), **ALL)


def test_the_mlp_has_the_widths_that_theirs_has_by_default():
    linear = [layer for layer in mlp.Network((1, 28, 28)).encoder if isinstance(layer, nn.Linear)]
    sizes = [linear[0].in_features, *(layer.out_features for layer in linear)]
    assert sizes == default_layers(784, 10)


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_soft_assignments_targets_and_their_divergence(images, scale):
    model, there, module = pair_with_centres(images)
    latents = scale * there.encode(images.flatten(1)).detach()
    for centres in (model.centres, module.centers):
        centres.data *= scale
    here, other = latents.clone().requires_grad_(), latents.clone().requires_grad_()
    model.start_epoch(2, latents.numpy, seed=0)
    q = module.predict(other)
    torch.testing.assert_close(model.assign(here), q, rtol=1e-7, atol=1e-12)
    torch.testing.assert_close(model.targets, target_of(q), rtol=1e-7, atol=1e-12)

    # Theirs is the cross entropy, with 1e-8 beside q; entropy of p apart it is the divergence.
    divergence, cross_entropy = model.clustering_loss(here, INDICES), module.dec_loss(other)
    expected = (cross_entropy - entropy(model.targets)).item()
    assert divergence.item() == pytest.approx(expected, abs=1e-7)
    divergence.backward()
    cross_entropy.backward()
    torch.testing.assert_close(here.grad, other.grad, rtol=1e-4, atol=1e-9)
    torch.testing.assert_close(model.centres.grad, module.centers.grad, rtol=1e-4, atol=1e-9)


def test_a_step_of_dec(images):
    model, there, module = pair_with_centres(images)
    model.loss(batch_of(images), nn.functional.mse_loss).backward()
    module._loss(rows_of(images), there, 1.0, 0, None, torch.device("cpu")).backward()
    assert_same_gradients(model, there, module.centers)


@pytest.mark.parametrize(("error", "per_image"), [(nn.functional.mse_loss, 1), (None, N_PIXELS)])
def test_a_step_of_idec(images, error, per_image):
    """With the mean over pixels, as in the code of its authors, both are the same.

    By default ClustPy takes the sum, as the paper writes it: then the weight of its
    clustering loss is that of this project times the number of pixels.
    """
    gamma = IDEC().clustering_loss_weight
    model, there, module = pair_with_centres(images, idec, gamma=gamma)
    here = model.loss(batch_of(images), nn.functional.mse_loss)
    weights = gamma * per_image, IDEC().ssl_loss_weight
    other = module._loss(
        rows_of(images), there, *weights, error or squared_error, torch.device("cpu")
    )
    expected = (other / per_image - gamma * entropy(model.targets)).item()
    assert here.item() == pytest.approx(expected, abs=1e-7)
    (per_image * here).backward()
    other.backward()
    assert_same_gradients(model, there, module.centers)


def test_gamma_is_by_default_theirs():
    assert idec.Network(SHAPE, pair()[0]).gamma == IDEC().clustering_loss_weight


@pytest.mark.parametrize("beta", [1.0, 0.2])
def test_the_variational_loss(images, beta):
    """Theirs, for each pixel: reconstruction a sum over pixels, divergence a sum over latents."""
    there = VariationalAutoencoder(SIZES, activation_fn=nn.ReLU, decoder_output_fn=None)
    here = variational.Network(SHAPE, SIZES[-1], width=2, beta=beta)
    here.encoder = nn.Sequential(nn.Flatten(), there.encoder, _Beside(there))
    here.decoder = nn.Sequential(there.decoder, nn.Unflatten(1, SHAPE))
    values, gradients = [], []
    for loss in (
        lambda: here.loss(batch_of(images), nn.functional.mse_loss) * N_PIXELS,
        lambda: there.loss(rows_of(images), squared_error, torch.device("cpu"), beta=beta)[0],
    ):
        torch.manual_seed(1)
        there.zero_grad()
        value = loss()
        value.backward()
        values.append(value.detach())
        gradients.append([weight.grad.clone() for weight in there.parameters()])
    torch.testing.assert_close(*values, **ALL)
    torch.testing.assert_close(*gradients, rtol=1e-8, atol=1e-10)
    torch.testing.assert_close(here.encode(images), there.encode(images.flatten(1))[0], **ALL)


class _Beside(nn.Module):
    """Mean and log variance of ClustPy's network, beside each other."""

    def __init__(self, network):
        super().__init__()
        self.mean, self.log_variance = network.mean, network.log_variance

    def forward(self, hidden):
        return torch.cat([self.mean(hidden), self.log_variance(hidden)], dim=1)
