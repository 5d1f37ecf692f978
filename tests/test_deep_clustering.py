"""DEC and IDEC: targets, centres, going on from a trained model, resuming, bad settings."""

import copy

import numpy as np
import pytest
import torch
from scipy.stats import entropy

from aecluster.errors import InputError
from aecluster.models import dec, first_centres, idec, mlp
from aecluster.models.autoencoder import Batch
from aecluster.training import fit as fit_module
from aecluster.training.checkpoints import load_model, save_model
from aecluster.training.decoding import reconstruction_errors
from aecluster.training.fit import fit
from aecluster.training.latents import encode

RNG = np.random.default_rng(0)
GROUPS = np.arange(60) % 2
IMAGES = RNG.integers(0, 60, (60, 8, 8, 1), dtype=np.uint8)
IMAGES[GROUPS == 1] += 150
START = {
    "architecture": "mlp",
    "after": None,
    "latent_dim": 3,
    "epochs": 2,
    "batch_size": 16,
    "optimizer": "adam",
    "learning_rate": 0.001,
    "schedule": "constant",
    "weight_decay": 0.0,
    "betas": [0.9, 0.999],
    "max_grad_norm": None,
    "loss": "mse",
    "noise": 0.0,
    "augmentation": {"flip": False, "affine": 0.0, "crop": 0.0}
    | {"colour": 0.0, "hue": 0.0, "grey": 0.0},
    "threads": 1,
    "device": "cpu",
    "precision": "float32",
    "params": {"widths": [16]},
}
AFTER = START | {"latent_dim": None, "after": START, "params": {"n_clusters": 2}, "epochs": 3}


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("start")
    return fit(IMAGES, START, 0, state_file=folder / "state.pt", identity="")[0]


@pytest.fixture(params=["dec", "idec"])
def settings(request):
    return AFTER | {"architecture": request.param}


def network(start, n_clusters=2, kind=dec, **options):
    return kind.Network((1, 8, 8), copy.deepcopy(start), n_clusters, **options)


def test_assignments_and_targets_are_those_of_the_paper(start):
    model = network(start)
    latents = encode(start, IMAGES, (1, 8, 8))
    model.start_epoch(1, lambda: latents, seed=0)
    centres = model.centres.detach().numpy()
    distances = ((latents[:, None] - centres) ** 2).sum(2)
    q = (1 + distances) ** -1.0
    q /= q.sum(1, keepdims=True)
    with torch.no_grad():
        assert np.allclose(model.assign(torch.from_numpy(latents)).numpy(), q, atol=1e-5)
    p = q**2 / q.sum(0)
    p /= p.sum(1, keepdims=True)
    assert np.allclose(model.targets.numpy(), p, atol=1e-5)
    chosen = np.array([5, 0, 7])
    loss = model.clustering_loss(torch.from_numpy(latents[chosen]), chosen).item()
    assert loss == pytest.approx(entropy(p[chosen], q[chosen], axis=1).mean(), rel=1e-3)


def test_assignments_do_not_depend_on_where_the_origin_is(start):
    model = network(start)
    latents = torch.from_numpy(RNG.integers(-99, 99, (60, 3)) / 64).float()
    model.centres.data = latents[:2].clone()
    near = model.assign(latents)
    model.centres.data += 1000
    torch.testing.assert_close(model.assign(latents + 1000), near)


def test_centres_begin_as_those_of_k_means_and_stay_between_epochs(start):
    model, latents = network(start), encode(start, IMAGES, (1, 8, 8))
    model.start_epoch(1, lambda: latents, seed=0)
    first = model.centres.detach().clone()
    nearest = model.assign(torch.from_numpy(latents)).argmax(1).numpy()
    means = np.array([latents[nearest == group].mean(0) for group in range(2)])
    assert np.allclose(means, first.numpy(), atol=1e-4)
    model.start_epoch(2, lambda: latents + 1, seed=0)
    assert torch.equal(model.centres, first)


def test_training_goes_on_from_the_weights_it_is_given(start, settings, tmp_path):
    options = {"state_file": tmp_path / "s.pt", "identity": ""}
    still = settings | {"learning_rate": 1e-12}
    model = fit(IMAGES, still, 0, start=start.state_dict(), **options)[0]
    for name, weight in start.state_dict().items():
        assert torch.allclose(model.state_dict()[name], weight, atol=1e-6), name
    moved = fit(IMAGES, settings, 0, start=start.state_dict(), state_file=tmp_path / "t.pt",
                identity="")[0]  # fmt: skip
    before, after = (encode(m, IMAGES, (1, 8, 8)) for m in (start, moved))
    assert (before != after).any()


def test_dec_gathers_the_latents_and_idec_goes_on_reconstructing(start, tmp_path):
    spread, errors = {}, {}
    for kind in ("dec", "idec"):
        settings = AFTER | {"architecture": kind, "epochs": 40, "learning_rate": 0.003}
        options = {"state_file": tmp_path / kind, "identity": "", "start": start.state_dict()}
        model, *_ = fit(IMAGES, settings, 0, **options)
        latents = encode(model, IMAGES, (1, 8, 8))
        error = reconstruction_errors(model, IMAGES, latents)
        groups = model.assign(torch.from_numpy(latents)).argmax(1).numpy()
        assert len(set(zip(groups, GROUPS, strict=True))) == 2, "the groups are found"
        within = np.mean([latents[groups == g].std(0).mean() for g in (0, 1)])
        spread[kind], errors[kind] = within / latents.std(0).mean(), error.mean()
    latents = encode(start, IMAGES, (1, 8, 8))
    before = np.mean([latents[g == GROUPS].std(0).mean() for g in (0, 1)]) / latents.std(0).mean()
    assert spread["dec"] < before
    assert errors["idec"] < errors["dec"]


def test_a_killed_training_resumes_to_the_same_weights(start, settings, tmp_path, monkeypatch):
    options = {"identity": "", "start": start.state_dict()}
    whole = fit(IMAGES, settings, 0, state_file=tmp_path / "whole.pt", **options)[0]
    real = fit_module.save_state

    def killed(path, identity, state):
        real(path, identity, state)
        if len(state["history"]) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(fit_module, "save_state", killed)
    with pytest.raises(KeyboardInterrupt):
        fit(IMAGES, settings, 0, state_file=tmp_path / "part.pt", **options)
    monkeypatch.setattr(fit_module, "save_state", real)
    resumed, history, *_ = fit(IMAGES, settings, 0, state_file=tmp_path / "part.pt", **options)
    assert len(history) == 3
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name


def test_the_state_of_another_start_is_not_used(start, settings, tmp_path):
    options = {"state_file": tmp_path / "state.pt", "identity": ""}
    fit(IMAGES, settings, 0, start=start.state_dict(), **options)
    other = {name: weight + 0.01 for name, weight in start.state_dict().items()}
    again = fit(IMAGES, settings, 0, start=other, **options)[0]
    fresh = fit(IMAGES, settings, 0, start=other, state_file=tmp_path / "2.pt", identity="")[0]
    for name, weight in fresh.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name]), name


def test_a_saved_model_is_built_again_with_what_it_went_on_from(start, settings, tmp_path):
    options = {"state_file": tmp_path / "s.pt", "identity": "", "start": start.state_dict()}
    model = fit(IMAGES, settings, 0, **options)[0]
    save_model(tmp_path / "model.pt", model, settings, (1, 8, 8))
    loaded = load_model(tmp_path / "model.pt")[0]
    assert np.array_equal(encode(model, IMAGES, (1, 8, 8)), encode(loaded, IMAGES, (1, 8, 8)))


def test_more_clusters_than_images_is_one_sentence(start):
    model = network(start, n_clusters=70)
    with pytest.raises(InputError, match=r"params\.n_clusters is 70, but there are only 60 images"):
        model.start_epoch(1, lambda: encode(start, IMAGES, (1, 8, 8)), seed=0)


def test_centres_begin_as_means_of_groups_of_any_shape(start, monkeypatch):
    """Two long stripes: k-means cuts across them, a mixture on what unrolls them does not."""
    rng = np.random.default_rng(0)
    stripe = np.repeat([0, 1], 100)
    latents = np.stack([rng.normal(0, 4, 200), 3 * stripe + rng.normal(0, 0.2, 200)], 1)
    asked = []

    def reduce(latents, method, dim, params, seed):
        asked.append((method, dim, params["n_neighbors"], params["min_dist"]))
        return latents[:, 1:]

    monkeypatch.setattr(first_centres, "reduce", reduce)
    centres = first_centres.by_manifold(latents.astype(np.float32), 2, 0)
    assert sorted(centres[:, 1].round()) == [0, 3]
    first_centres.by_manifold(latents.astype(np.float32), 2, 0, n_neighbors=30)
    assert asked == [("umap", 2, 20, 0.0), ("umap", 2, 30, 0.0)]
    assert np.ptp(first_centres.by_k_means(latents, 2, 0)[:, 1]) < 1


def test_centres_begin_where_the_config_says(start):
    latents = encode(start, IMAGES, (1, 8, 8))
    model = network(start, centres="kmeans")
    model.start_epoch(1, lambda: latents, seed=0)
    expected = first_centres.by_k_means(latents, 2, 0)
    assert np.array_equal(model.centres.detach().numpy(), expected)
    with pytest.raises(InputError, match="centres is umap, but must be one of kmeans, manifold"):
        network(start, centres="umap")


def test_the_centres_of_n2d(start):
    latents = encode(start, IMAGES, (1, 8, 8))
    model = network(start, centres="manifold", n_neighbors=12, kind=idec)
    assert model.first_centres.keywords == {"n_neighbors": 12}
    model.start_epoch(1, lambda: latents, seed=0)
    means = np.stack([latents[group == GROUPS].mean(0) for group in (0, 1)])
    found = model.centres.detach().numpy()
    assert np.allclose(found[found[:, 0].argsort()], means[means[:, 0].argsort()], atol=1e-3)


def test_the_weight_of_idecs_clustering_loss(start):
    latents = encode(start, IMAGES, (1, 8, 8))
    pixels = torch.from_numpy(IMAGES).permute(0, 3, 1, 2).float() / 127.5 - 1
    batch = Batch(images=pixels, views=[pixels], inputs=[pixels], indices=np.arange(60))
    values = []
    for gamma in (0.0, 0.1, 1.0):
        model = network(start, kind=idec, gamma=gamma)
        model.start_epoch(1, lambda: latents, seed=0)
        values.append(model.loss(batch, torch.nn.functional.mse_loss).item())
    error = torch.nn.functional.mse_loss(start(pixels), pixels).item()
    assert values[0] == pytest.approx(error, rel=1e-5)
    assert values[2] - values[0] == pytest.approx(10 * (values[1] - values[0]), rel=1e-3)


def test_the_start_is_an_mlp(start):
    assert isinstance(start, mlp.Network)
