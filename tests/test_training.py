"""Training: what the seed reaches, resuming, schedules, architectures, files of models."""

import copy
import math
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_array, save_array
from aecluster.jobs.checksums import checksum_file
from aecluster.methods import short_names
from aecluster.models.autoencoder import Autoencoder, Batch
from aecluster.models.blocks import Crop, Pad
from aecluster.models.build import build_model
from aecluster.models.deeper import Residual
from aecluster.training import decoding as decoding_module
from aecluster.training import fit as fit_module
from aecluster.training import latents as latents_module
from aecluster.training.augmentation import augment
from aecluster.training.batches import pixels_to_tensor, tensor_to_pixels
from aecluster.training.checkpoints import (
    forget_state,
    load_model,
    load_state,
    save_model,
    save_state,
)
from aecluster.training.decoding import reconstruct, reconstruction_errors
from aecluster.training.devices import fix_arithmetic
from aecluster.training.error_summary import summarise_errors
from aecluster.training.fit import fit
from aecluster.training.latents import encode
from aecluster.training.optimizers import LOSSES, make_optimizer, make_schedule

IMAGES = np.random.default_rng(0).integers(0, 256, (22, 8, 8, 1), dtype=np.uint8)
STILL = {"flip": False, "affine": 0.0, "crop": 0.0, "colour": 0.0, "hue": 0.0, "grey": 0.0}
SETTINGS = {
    "architecture": "baseline",
    "after": None,
    "latent_dim": 6,
    "epochs": 3,
    "batch_size": 8,
    "optimizer": "adamw",
    "learning_rate": 0.01,
    "schedule": "one_cycle",
    "weight_decay": 1e-5,
    "betas": [0.9, 0.999],
    "max_grad_norm": None,
    "loss": "mse",
    "noise": 0.0,
    "augmentation": STILL,
    "threads": 1,
    "device": "cpu",
    "precision": "float32",
    "params": {"width": 8},
}
MOVING = SETTINGS | {
    "noise": 0.1,
    "augmentation": STILL | {"flip": True, "affine": 0.1, "crop": 0.3, "colour": 0.1},
}


@pytest.fixture(autouse=True, scope="module")
def as_in_a_job():
    threads = torch.get_num_threads()
    fix_arithmetic(threads=1)
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)


@pytest.fixture
def train(tmp_path):
    """Train on IMAGES; the state is kept in the test's folder."""

    def run(settings=SETTINGS, seed=0, images=IMAGES, identity="code"):
        torch.rand(3)  # what was drawn before must not matter
        state_file = tmp_path / "state.pt"
        return fit(images, settings, seed, state_file=state_file, identity=identity, name="test")[
            :2
        ]

    return run


@pytest.fixture
def train_anew(train, tmp_path):
    """Train from the beginning."""

    def run(*args, **options):
        forget_state(tmp_path / "state.pt")
        return train(*args, **options)

    return run


def model_bytes(model, tmp_path):
    save_model(tmp_path / "model.pt", model, SETTINGS, (1, 8, 8))
    return (tmp_path / "model.pt").read_bytes()


def weights(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def without_seconds(history):
    return [{key: row[key] for key in row if key != "seconds"} for row in history]


# What the seed reaches.


@pytest.mark.parametrize("settings", [SETTINGS, MOVING])
def test_the_same_seed_gives_the_same_bytes(train_anew, tmp_path, settings):
    (one, history), (two, again) = train_anew(settings), train_anew(settings)
    assert model_bytes(one, tmp_path) == model_bytes(two, tmp_path)
    assert without_seconds(history) == without_seconds(again)
    codes = [encode(model, IMAGES, (1, 8, 8)).tobytes() for model in (one, two)]
    assert codes[0] == codes[1]


def test_another_seed_gives_another_model(train_anew):
    (one, history), (two, other) = train_anew(seed=0), train_anew(seed=1)
    assert (weights(one) != weights(two)).any()
    assert history[-1]["train_loss"] != other[-1]["train_loss"]
    codes = [encode(model, IMAGES, (1, 8, 8)) for model in (one, two)]
    assert (codes[0] != codes[1]).any()


@pytest.fixture
def batches(train_anew, monkeypatch):
    """Return the first weights and all (inputs, targets) of a training."""

    def record(settings, seed, images=IMAGES):
        seen, first = [], []
        real = Autoencoder.loss

        def loss(self, batch, reconstruction_loss):
            if not first:
                first.append(weights(self))
            seen.append((batch.inputs[0].clone(), batch.views[0].clone()))
            return real(self, batch, reconstruction_loss)

        monkeypatch.setattr(Autoencoder, "loss", loss)
        train_anew(settings, seed, images)
        monkeypatch.setattr(Autoencoder, "loss", real)
        inputs, targets = (torch.cat(batch) for batch in zip(*seen, strict=True))
        return first[0], inputs, targets

    return record


def test_the_seed_reaches_the_first_weights_alone(batches):
    one, two = (batches(SETTINGS | {"epochs": 1}, seed, IMAGES[:1]) for seed in (0, 1))
    assert (one[0] != two[0]).any()
    assert (one[1] == two[1]).all() and (one[2] == two[2]).all()


def test_the_seed_reaches_the_order_alone(batches):
    one, two = (batches(SETTINGS, seed) for seed in (0, 1))
    n, everything = len(IMAGES), pixels_to_tensor(IMAGES)

    def order(targets):
        return [(everything == image).flatten(1).all(1).nonzero().item() for image in targets]

    orders = [order(targets[start : start + n]) for _, _, targets in (one, two) for start in (0, n)]
    assert all(sorted(order) == list(range(n)) for order in orders), "each image once an epoch"
    assert len({tuple(order) for order in orders}) == 4, "other epochs and seeds, another order"
    assert all((inputs == targets).all() for _, inputs, targets in (one, two))


@pytest.mark.parametrize("change", [{"flip": True}, {"affine": 0.2}, {"colour": 0.2}])
def test_the_seed_reaches_the_augmentation_alone(batches, change):
    settings = SETTINGS | {"epochs": 8, "augmentation": STILL | change}
    one, two = (batches(settings, seed, IMAGES[:1]) for seed in (0, 1))
    assert (one[2] != two[2]).any()
    assert (one[2][0] != one[2]).any(), "every epoch anew"
    assert (one[1] == one[2]).all(), "targets are augmented alike"


def test_the_seed_reaches_the_noise_alone_and_targets_are_clean(batches):
    one, two = (batches(SETTINGS | {"noise": 0.25}, seed, IMAGES[:1]) for seed in (0, 1))
    assert (one[1] != two[1]).any()
    for _, inputs, targets in (one, two):
        assert (targets == pixels_to_tensor(IMAGES[:1])).all()
        assert (inputs - targets).std() == pytest.approx(0.25, rel=0.2)


# Resuming.


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle"])
@pytest.mark.parametrize("saved", [True, False], ids=["after saving", "before saving"])
def test_a_killed_training_goes_on_as_if_nothing_was(train, tmp_path, monkeypatch, schedule, saved):
    settings = MOVING | {"schedule": schedule}
    whole, history = train(settings)
    forget_state(tmp_path / "state.pt")
    states = []

    def killed(path, identity, state):
        states.append(len(state["history"]))
        if saved or len(states) < 2:
            save_state(path, identity, state)
        if len(states) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(fit_module, "save_state", killed)
    with pytest.raises(KeyboardInterrupt):
        train(settings)
    resumed, again = train(settings)
    assert states == ([1, 2, 3] if saved else [1, 2, 2, 3])
    assert model_bytes(resumed, tmp_path) == model_bytes(whole, tmp_path)
    assert without_seconds(again) == without_seconds(history)


def test_a_model_that_draws_itself_resumes_alike(train, tmp_path, monkeypatch):
    """Dropout and the like draw from torch's own generator."""
    real = Autoencoder.loss

    def loss(self, batch, reconstruction_loss):
        dropped = [nn.functional.dropout(view) for view in batch.inputs]
        return real(self, replace(batch, inputs=dropped), reconstruction_loss)

    monkeypatch.setattr(Autoencoder, "loss", loss)
    whole, _ = train(SETTINGS)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    assert len(state["history"]) == 3
    forget_state(tmp_path / "state.pt")
    stopped = iter([None, KeyboardInterrupt])

    def killed(*args):
        save_state(*args)
        if (error := next(stopped, None)) is not None:
            raise error

    monkeypatch.setattr(fit_module, "save_state", killed)
    with pytest.raises(KeyboardInterrupt):
        train(SETTINGS)
    assert (weights(train(SETTINGS)[0]) == weights(whole)).all()


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"identity": "other code or settings"},
        {"images": IMAGES[::-1]},
        {"images": IMAGES[:-1]},
        {"images": IMAGES ^ (np.arange(22) == 21).astype(np.uint8).reshape(-1, 1, 1, 1)},
    ],
    ids=["seed", "identity", "order", "number", "one image"],
)
def test_a_state_of_another_training_is_not_used(train, tmp_path, change):
    expected = train(**change)[0]
    forget_state(tmp_path / "state.pt")
    train()
    assert (weights(train(**change)[0]) == weights(expected)).all()


def test_a_finished_state_is_used_as_it_is(train, monkeypatch):
    model, history = train()
    monkeypatch.setattr(fit_module, "_one_epoch", None)
    again, same = train()
    assert (weights(again) == weights(model)).all() and same == history
    assert not again.training


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def damaged(path):
    """Give the content of a file of torch.save, damaged in several ways."""
    data = path.read_bytes()
    checksum_file(path).unlink()  # which would tell of any damage
    for part in (0, 1, 4, 100, len(data) // 2, len(data) - 1):
        yield data[:part]
    yield b"text"
    yield pickle.dumps(Evil(path.with_name("ran")))
    yield pickle.dumps([1, 2])
    for content in (Evil(path.with_name("ran")), [1], None, torch.zeros(3), {}, {"identity": 1}):
        torch.save(content, path.with_name("other.pt"))
        yield path.with_name("other.pt").read_bytes()


def test_a_damaged_state_is_not_used(train, tmp_path):
    expected = weights(train()[0])
    path = tmp_path / "state.pt"
    for content in damaged(path):
        path.write_bytes(content)
        assert load_state(path, "code") is None
    path.write_bytes(content)
    assert (weights(train()[0]) == expected).all()
    assert not (tmp_path / "ran").exists()


def test_a_flipped_byte_of_a_state_is_found(tmp_path):
    """torch reads flipped weights without a word."""
    path = tmp_path / "state.pt"
    save_state(path, "me", {"weights": torch.zeros(1000)})
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert load_state(path, "me") is None
    checksum_file(path).unlink()
    assert load_state(path, "me")["weights"].any()


def test_forgetting_a_state(tmp_path):
    save_state(tmp_path / "state.pt", "me", {"history": [1]})
    assert load_state(tmp_path / "state.pt", "me") == {"identity": "me", "history": [1]}
    assert load_state(tmp_path / "state.pt", "you") is None
    forget_state(tmp_path / "state.pt")
    forget_state(tmp_path / "state.pt")
    assert load_state(tmp_path / "state.pt", "me") is None and not list(tmp_path.iterdir())


# Optimizers, schedules, losses.


def rates(name, steps, highest=0.01):
    """The learning rate of every step, and the one after the last."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=highest)
    schedule = make_schedule(optimizer, name, steps)
    rates = [optimizer.param_groups[0]["lr"]]
    for _ in range(steps):
        optimizer.step()
        schedule.step()
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


@pytest.mark.parametrize("steps", [1, 2, 9, 10, 11, 200])
def test_schedules(steps):
    assert rates("constant", steps) == [0.01] * (steps + 1)
    cosine = rates("cosine", steps)
    assert cosine[0] == 0.01 and cosine == sorted(cosine, reverse=True)
    assert cosine[-1] == pytest.approx(0, abs=1e-12)
    cycle = rates("one_cycle", steps)
    assert 0 < cycle[0] < 0.001 and max(cycle) <= 0.01 + 1e-12
    if steps >= 9:
        top = int(np.argmax(cycle))
        assert max(cycle) == pytest.approx(0.01, rel=0.05) and 0 < top < steps / 2
        assert cycle[: top + 1] == sorted(cycle[: top + 1])
        assert cycle[top:] == sorted(cycle[top:], reverse=True) and cycle[-1] < 0.001


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle"])
def test_one_image_one_epoch(train_anew, schedule):
    settings = SETTINGS | {"epochs": 1, "schedule": schedule}
    _, history = train_anew(settings, images=IMAGES[:1])
    assert len(history) == 1 and math.isfinite(history[0]["train_loss"])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_every_optimizer_and_loss_learns(train_anew, optimizer, loss):
    settings = SETTINGS | {"optimizer": optimizer, "loss": loss, "epochs": 6}
    settings["schedule"] = "constant"
    _, history = train_anew(settings)
    assert [row["epoch"] for row in history] == list(range(1, 7))
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert all(row["lr"] == 0.01 and row["seconds"] > 0 for row in history)


def test_the_longest_gradient_reaches_the_steps(train_anew):
    """Steps of SGD of a thousandth of the length learn next to nothing."""
    settings = SETTINGS | {"optimizer": "sgd", "epochs": 1}
    free, _ = train_anew(settings)
    short, _ = train_anew(settings | {"max_grad_norm": 1e-6})
    still, _ = train_anew(settings | {"learning_rate": 1e-30})

    def far(model):
        pairs = zip(model.parameters(), still.parameters(), strict=True)
        return max((one - other).abs().max().item() for one, other in pairs)

    assert far(short) < 1e-3 * far(free)


def test_options_reach_the_optimizer():
    kinds = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}
    for name, kind in kinds.items():
        given = {
            "optimizer": name,
            "learning_rate": 0.25,
            "weight_decay": 0.125,
            "betas": [0.5, 0.75],
        }
        optimizer = make_optimizer(nn.Linear(2, 2), given)
        assert type(optimizer) is kind
        assert optimizer.defaults["lr"] == 0.25 and optimizer.defaults["weight_decay"] == 0.125
        assert optimizer.defaults.get("betas", (0.5, 0.75)) == (0.5, 0.75)
    assert optimizer.defaults["momentum"] == 0.9


def test_the_loss_is_the_mean_over_images_not_over_batches(train_anew):
    """The last batch has 6 images, the others 8; nothing is learnt at this rate."""
    settings = SETTINGS | {"learning_rate": 1e-30, "optimizer": "sgd", "epochs": 1}
    model, history = train_anew(settings)
    errors = reconstruction_errors(model, IMAGES, encode(model, IMAGES, (1, 8, 8)))
    assert history[0]["train_loss"] == pytest.approx(errors.mean())


def test_training_that_diverges_is_one_sentence(train_anew, tmp_path):
    settings = SETTINGS | {"optimizer": "sgd", "learning_rate": 10.0, "epochs": 40}
    with pytest.raises(
        InputError, match=r"training test diverged in epoch \d+ .*learning_rate \(10"
    ):
        train_anew(settings | {"schedule": "constant", "params": {"width": 32}})
    assert not (tmp_path / "state.pt").exists()


# Architectures.

SHAPES = [(1, 8, 8), (1, 28, 28), (3, 28, 28), (3, 32, 32), (3, 33, 47), (3, 64, 64)]


ELSEWHERE = ["dec", "idec", "spectrum"]  # test_deep_clustering.py, test_representations.py
ARCHITECTURES = [name for name in short_names("models") if name not in ELSEWHERE]
LATENTS = {"course": 4096, "baseline": 512, "deeper": 512, "mlp": 10} | dict.fromkeys(
    ["variational", "invariant"], 128
)


def plan(architecture, latent_dim=None, **params):
    names = {"architecture": architecture, "after": None, "latent_dim": latent_dim}
    return {**names, "params": params}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_architectures_fit_images_of_every_shape(architecture, shape):
    if architecture == "course" and shape[1:] != (32, 32):
        with pytest.raises(InputError, match=rf"32 x 32, but these are {shape[1]} x {shape[2]}"):
            build_model(plan("course"), shape)
        return
    sizes = [None] if architecture == "course" else [None, 1, 5, 48]
    for latent_dim in sizes:
        model = build_model(plan(architecture, latent_dim), shape).eval()
        images = torch.rand(2, *shape) * 2 - 1
        with torch.inference_mode():
            codes = model.encode(images)
            assert codes.shape == (2, latent_dim or LATENTS[architecture])
            assert model.decode(codes).shape == images.shape
            assert torch.equal(model(images), model.decode(codes))


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 33, 47)], ids=str)
@pytest.mark.parametrize("architecture", [n for n in ARCHITECTURES if n != "course"])
def test_every_weight_learns(architecture, shape):
    torch.manual_seed(0)
    narrow = {"widths": [8, 9]} if architecture == "mlp" else {"width": 8}
    model = build_model(plan(architecture, 20, **narrow), shape)
    before = copy.deepcopy(model.state_dict())
    optimizer = make_optimizer(model, SETTINGS | {"optimizer": "adam"})
    for _ in range(2):  # residual blocks start as zero: their inner weights move in the second
        images = torch.rand(4, *shape) * 2 - 1
        optimizer.zero_grad()
        views = [images] * model.n_views
        batch = Batch(images=images, views=views, inputs=views, indices=np.arange(4))
        model.loss(batch, LOSSES["mse"]).backward()
        optimizer.step()
    for name, weight in model.state_dict().items():
        assert (weight != before[name]).any(), name


def test_padding_repeats_the_edge_and_cropping_takes_it_away():
    images = torch.arange(12.0).reshape(1, 1, 3, 4)
    padded = Pad(8)(images)
    assert padded.shape == (1, 1, 8, 8)
    assert (padded[0, 0, 3:, :4] == images[0, 0, 2]).all()
    assert (padded[0, 0, :3, 4:] == images[0, 0, :, 3:]).all()
    assert torch.equal(Crop(3, 4)(padded), images) and Pad(1)(images) is images


def test_a_residual_block_starts_as_its_shortest_path():
    torch.manual_seed(0)
    block, (one, two) = Residual(4), torch.randn(2, 1, 4, 5, 5)
    assert torch.allclose(block(one) - one, block(two) - two, atol=1e-6), "at most a constant"


def test_params_of_an_architecture():
    small, wide = (build_model(plan("baseline", 6, width=w), (1, 8, 8)) for w in (8, 16))
    assert weights(wide).numel() > weights(small).numel()
    for wrong in ({"width": -1}, {"depth": 3}, {"width": 2.5}):
        with pytest.raises(InputError, match=r"architecture \w+ cannot be built for images of sh"):
            build_model(plan("deeper", 6, **wrong), (1, 8, 8))


def test_the_network_of_the_course():
    model = build_model(plan("course"), (3, 32, 32))

    def layers(part):
        return [(type(layer).__name__, *map(tuple, (p.shape for p in layer.parameters())))
                for layer in part]  # fmt: skip

    assert layers(model.encoder) == [
        ("Conv2d", (64, 3, 3, 3), (64,)),
        ("ReLU",),
        ("MaxPool2d",),
        ("Conv2d", (128, 64, 3, 3), (128,)),
        ("ReLU",),
        ("MaxPool2d",),
        ("Conv2d", (256, 128, 3, 3), (256,)),
        ("ReLU",),
        ("MaxPool2d",),
        ("Flatten",),
    ]
    assert layers(model.decoder) == [
        ("Unflatten",),
        ("ConvTranspose2d", (256, 128, 5, 5), (128,)),
        ("ReLU",),
        ("ConvTranspose2d", (128, 64, 9, 9), (64,)),
        ("ReLU",),
        ("ConvTranspose2d", (64, 3, 17, 17), (3,)),
        ("Tanh",),
    ]
    assert weights(model).numel() == 1_909_251
    assert all(layer.kernel_size == 2 for layer in model.encoder if "Pool" in repr(layer))
    with pytest.raises(InputError, match="latents of 4096 numbers, not 100; remove `latent_dim`"):
        build_model(plan("course", 100), (3, 32, 32))
    assert build_model(plan("course", 4096), (1, 32, 32)).encoder[0].in_channels == 1


# model.pt


@pytest.fixture
def saved(tmp_path):
    torch.manual_seed(0)
    model = build_model(SETTINGS, (1, 8, 8)).eval()
    save_model(tmp_path / "model.pt", model, SETTINGS, (1, 8, 8))
    return model, tmp_path / "model.pt"


def test_a_model_comes_back(saved, tmp_path):
    model, path = saved
    content = torch.load(path, weights_only=True)
    assert content["image_shape"] == [1, 8, 8]
    loaded, image_shape = load_model(path)
    assert image_shape == (1, 8, 8) and not loaded.training
    assert torch.equal(weights(loaded), weights(model))
    save_model(tmp_path / "other_name.pt", loaded, dict(reversed(SETTINGS.items())), image_shape)
    assert (tmp_path / "other_name.pt").read_bytes() == path.read_bytes()


def test_a_damaged_model_is_refused_by_name_and_runs_no_code(saved):
    _, path = saved
    whole = torch.load(path, weights_only=True)
    contents = list(damaged(path))
    for key, value in [
        ("settings", "{"),
        ("settings", "{}"),
        ("settings", "[]"),
        ("image_shape", 3),
        ("image_shape", [1, 8]),
        ("image_shape", [3, 8, 8]),
        ("state_dict", {}),
        ("state_dict", None),
    ]:
        torch.save({**whole, key: value}, path)
        contents.append(path.read_bytes())
    for number, content in enumerate(contents):
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            load_model(path)
        assert f"{path} is not a whole model" in str(caught.value), number
    assert not path.with_name("ran").exists()


# Latents.


def test_latents_and_errors_are_those_of_a_plain_computation(saved):
    model, _ = saved
    codes = encode(model, IMAGES, (1, 8, 8))
    errors = reconstruction_errors(model, IMAGES, codes)
    assert codes.shape == (22, 6) and codes.dtype == np.float32 and errors.shape == (22,)
    for index in (0, 21):
        pixels = torch.from_numpy(IMAGES[index].astype(np.float32) / 127.5 - 1).permute(2, 0, 1)
        code = model.encode(pixels[None])
        assert np.allclose(codes[index], code.detach().numpy(), atol=1e-5)
        plain = ((model.decode(code)[0] - pixels) ** 2).mean().item()
        assert errors[index] == pytest.approx(plain, rel=1e-4)


@pytest.mark.parametrize("batch", [1, 5, 21, 22])
def test_batches_do_not_change_latents(saved, monkeypatch, batch):
    codes = encode(saved[0], IMAGES, (1, 8, 8))
    errors = reconstruction_errors(saved[0], IMAGES, codes)
    monkeypatch.setattr(latents_module, "BATCH", batch)
    monkeypatch.setattr(decoding_module, "BATCH", batch)
    again = encode(saved[0], IMAGES, (1, 8, 8))
    other = reconstruction_errors(saved[0], IMAGES, codes)
    assert again.shape == codes.shape and np.abs(again - codes).max() < 1e-5
    assert np.allclose(errors, other, rtol=1e-5)


def test_memory_mapped_images_give_the_same_without_a_warning(saved, tmp_path, recwarn):
    np.save(tmp_path / "images.npy", IMAGES)
    images = np.load(tmp_path / "images.npy", mmap_mode="r")
    codes = encode(saved[0], images, (1, 8, 8))
    assert (codes == encode(saved[0], IMAGES, (1, 8, 8))).all()
    save_array(tmp_path / "latents.npy", codes)
    mapped = load_array(tmp_path / "latents.npy", mmap=True)
    errors = reconstruction_errors(saved[0], images, mapped)
    assert (errors == reconstruction_errors(saved[0], IMAGES, codes)).all()
    assert not recwarn.list


def test_images_of_another_shape_are_refused(saved):
    sentence = (
        "trained on images of 8 x 8 pixels and 1 channel, but these are 9 x 8 pixels and 3 ch"
    )
    with pytest.raises(InputError, match=sentence):
        encode(saved[0], np.zeros((2, 9, 8, 3), np.uint8), (1, 8, 8))


def test_latents_that_are_not_finite_are_refused(saved):
    with torch.no_grad():
        next(saved[0].parameters()).fill_(float("nan"))
    with pytest.raises(InputError, match="latents that are not finite"):
        encode(saved[0], IMAGES, (1, 8, 8))


def test_reconstructions(saved):
    shown = reconstruct(saved[0], IMAGES[:3])
    assert shown.shape == (3, 8, 8, 1) and shown.dtype == np.uint8
    with torch.inference_mode():
        plain = saved[0](pixels_to_tensor(IMAGES[:3]))
    expected = ((plain + 1) * 127.5).round().clamp(0, 255).permute(0, 2, 3, 1)
    assert (shown == expected.numpy()).all()


def test_the_summary_of_errors():
    errors = np.array([3.0, 1.0, 2.0, 1.0])
    summary = summarise_errors(errors, n_extremes=2)
    assert summary["mse"] == 1.75 and summary["n_images"] == 4
    assert summary["best"] == [1, 3] and summary["worst"] == [0, 2]
    assert summary["per_image"]["median"] == 1.5 and summary["per_image"]["max"] == 3
    assert summary["per_image"]["sd"] == pytest.approx(errors.std(ddof=1))
    assert summarise_errors(np.array([1.0]))["per_image"]["sd"] == 0


# Batches and augmentation.


def test_pixels_there_and_back():
    images = np.arange(256, dtype=np.uint8).repeat(3).reshape(4, 8, 8, 3)
    batch = pixels_to_tensor(images)
    assert batch.shape == (4, 3, 8, 8) and batch.dtype == torch.float32
    assert batch.min() == -1 and batch.max() == 1
    assert batch[1, 2, 3, 4] == images[1, 3, 4, 2] / np.float32(127.5) - 1
    assert (tensor_to_pixels(batch) == images).all()
    beyond = tensor_to_pixels(batch * 3)
    assert (beyond[images <= 85] == 0).all() and (beyond[images >= 170] == 255).all()
    nearly = tensor_to_pixels(batch + 0.003)
    assert (nearly == images).all(), "rounded, not cut off"


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


BATCH = torch.rand(40, 3, 9, 12, generator=generator(5)) * 2 - 1


def changed_by(images, drawn=None, **change):
    return augment(images, drawn or generator(), **STILL | change)


def test_no_augmentation_changes_nothing_and_draws_nothing():
    drawn = generator()
    assert torch.equal(changed_by(BATCH, drawn), BATCH)
    assert torch.equal(drawn.get_state(), generator().get_state())


def test_flips_are_exact_and_of_about_half_of_the_images():
    before = BATCH.clone()
    flipped = changed_by(BATCH, flip=True)
    same = (flipped == BATCH).flatten(1).all(1)
    mirrored = (flipped == BATCH.flip(3)).flatten(1).all(1)
    assert (same ^ mirrored).all() and 10 < mirrored.sum() < 30
    assert torch.equal(BATCH, before)


@pytest.mark.parametrize(
    "change",
    [{"flip": True}, {"affine": 0.2}, {"crop": 0.5}, {"colour": 0.2}, {"hue": 0.1}, {"grey": 0.5}],
    ids=str,
)
def test_each_image_is_changed_in_its_own_way(change):
    image = BATCH[:1].expand(40, -1, -1, -1)
    changed = changed_by(image, **change)
    two_ways = "flip" in change or "grey" in change
    assert len({tuple(item.flatten().tolist()) for item in changed}) > (1 if two_ways else 30)
    assert torch.equal(changed, changed_by(image, **change))


def test_a_crop_shows_a_part_of_the_image_as_large_as_it_says():
    across = torch.linspace(-1, 1, 64).expand(400, 1, 64, 64)
    changed = changed_by(across, crop=0.75)
    width = (changed[:, 0, 0, -1] - changed[:, 0, 0, 0]) / 2
    assert 0.4 < width.min() < 0.55 and 0.95 < width.max() <= 1.001, "sqrt(1/4 * 3/4) to 1"
    assert changed[:, 0, 0, 0].std() > 0.1, "from all places"
    down = changed_by(across.transpose(2, 3), crop=0.75)
    height = (down[:, 0, -1, 0] - down[:, 0, 0, 0]) / 2
    assert (width * height).min() > 0.2 and (width * height).max() <= 1.001


def test_hue_turns_colours_and_keeps_greys():
    grey = torch.full((5, 3, 2, 2), 0.3)
    assert torch.allclose(changed_by(grey, hue=0.5), grey, atol=1e-6)
    red = torch.tensor([0.2, 0.0, 0.0]).view(1, 3, 1, 1).expand(500, 3, 1, 1)
    turned = changed_by(red, hue=0.5)
    assert torch.allclose(turned.sum(1), red.sum(1), atol=1e-6), "the sum of colours stays"
    assert {int(channel) for channel in turned.argmax(1).flatten()} == {0, 1, 2}
    slightly = changed_by(red, hue=0.1)
    assert (slightly.argmax(1) == 0).all() and (slightly - red).abs().max() > 0.02
    plain = BATCH[:, :1]
    assert torch.equal(changed_by(plain, hue=0.5, grey=1.0), plain), "nothing to turn"


def test_grey_takes_colours_from_a_part_of_the_images():
    changed = changed_by(BATCH, grey=0.5)
    is_grey = (changed.amax(1) - changed.amin(1) < 1e-6).flatten(1).all(1)
    assert 10 < is_grey.sum() < 30
    assert torch.equal(changed[~is_grey], BATCH[~is_grey])
    weights_of_eye = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    brightness = (BATCH * weights_of_eye).sum(1)
    assert torch.allclose(changed[is_grey][:, 0], brightness[is_grey], atol=1e-6)


@pytest.mark.parametrize("most", [0.05, 0.5, 1.0])
def test_colours_stay_within_the_range(most):
    changed = changed_by(BATCH, colour=most)
    assert changed.shape == BATCH.shape and changed.abs().max() <= 1
    assert (changed - BATCH).abs().max() <= 4 * most + 2 * most**2


def test_brightness_contrast_and_saturation():
    flat = torch.full((200, 1, 4, 4), 0.2)
    shift = (changed_by(flat, colour=0.5) - flat)[:, 0, 0, 0]
    assert shift.abs().max() <= 0.5 and shift.min() < -0.4 and shift.max() > 0.4
    stripes = torch.tensor([-0.1, 0.1]).expand(200, 1, 4, 2)
    changed = changed_by(stripes, colour=0.5)
    factor = (changed[:, 0, 0, 1] - changed[:, 0, 0, 0]) / 0.2
    assert 0.5 <= factor.min() < 0.6 and 1.4 < factor.max() <= 1.5
    coloured = torch.tensor([-0.1, 0.0, 0.1]).view(1, 3, 1, 1).expand(200, 3, 2, 2)
    spread = changed_by(coloured, colour=0.5).amax((1, 2, 3))
    assert len(spread.unique()) > 190


def test_moves_stay_within_the_values_and_the_part_of_the_image():
    moved = changed_by(BATCH, affine=0.3)
    assert moved.shape == BATCH.shape and moved.abs().max() <= 1
    assert (moved != BATCH).flatten(1).any(1).all()
    nearly = changed_by(BATCH, affine=1e-6)
    assert (nearly - BATCH).abs().max() < 1e-3
    spot = torch.zeros(300, 1, 40, 40)
    spot[:, :, 19:21, 19:21] = 1
    moved = changed_by(spot, affine=0.2)
    places = torch.arange(40.0)
    for axis in (2, 3):
        weight = moved.sum(5 - axis).flatten(1)
        shift = (weight * places).sum(1) / weight.sum(1) - 19.5
        assert shift.abs().max() < 0.2 * 40 * 1.6, "shift, turned and zoomed"
        assert shift.min() < -5 and shift.max() > 5 and shift.mean().abs() < 1
        # Uniform within 0.2 * 40 pixels, which has a spread of 8 / sqrt(3) = 4.6.
        assert shift.std() == pytest.approx(4.6, rel=0.15)


def test_what_a_move_brings_in_is_the_image_mirrored_at_its_edge():
    flat = torch.full((20, 1, 8, 8), 0.7)
    assert torch.allclose(changed_by(flat, affine=0.5), flat)


def test_snapshots_end_with_the_model_and_survive_a_kill(tmp_path, monkeypatch):
    options = {"state_file": tmp_path / "state.pt", "identity": "code"}
    model, _, snapshots, _ = fit(IMAGES, SETTINGS, 0, **options)
    assert list(snapshots)[-1] == 3 and list(snapshots) == sorted(snapshots)
    assert all(torch.equal(snapshots[3][key], value) for key, value in model.state_dict().items())
    forget_state(tmp_path / "state.pt")

    def killed(path, identity, state):
        save_state(path, identity, state)
        if len(state["history"]) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(fit_module, "save_state", killed)
    with pytest.raises(KeyboardInterrupt):
        fit(IMAGES, SETTINGS, 0, **options)
    _, _, again, _ = fit(IMAGES, SETTINGS, 0, **options)
    assert list(again) == list(snapshots)
    for epoch, state in snapshots.items():
        assert all(torch.equal(again[epoch][key], value) for key, value in state.items())


def test_models_are_in_training_mode_while_they_learn_and_only_then(train, monkeypatch):
    modes = []
    real = Autoencoder.loss
    monkeypatch.setattr(
        Autoencoder, "loss", lambda self, *args: modes.append(self.training) or real(self, *args)
    )
    assert not train()[0].training and modes and all(modes)
