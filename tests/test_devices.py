"""Devices and precision, as far as a CPU can show: no GPU was ever used here."""

import os

import numpy as np
import pytest
import torch

from aecluster.errors import InputError
from aecluster.models.autoencoder import Autoencoder
from aecluster.training import fit as fit_module
from aecluster.training.checkpoints import save_state
from aecluster.training.devices import (
    choose_device,
    describe_device,
    fix_arithmetic,
    get_random_states,
    set_random_states,
)
from aecluster.training.fit import fit
from aecluster.training.precision import Precision

CPU, CUDA, MPS = torch.device("cpu"), torch.device("cuda"), torch.device("mps")
IMAGES = np.random.default_rng(0).integers(0, 256, (24, 8, 8, 3), dtype=np.uint8)
SETTINGS = {
    "architecture": "baseline",
    "after": None,
    "latent_dim": 6,
    "epochs": 4,
    "batch_size": 8,
    "optimizer": "adamw",
    "learning_rate": 0.01,
    "schedule": "one_cycle",
    "weight_decay": 1e-5,
    "betas": [0.9, 0.999],
    "max_grad_norm": None,
    "loss": "mse",
    "noise": 0.1,
    "augmentation": {"flip": True}
    | dict.fromkeys(["affine", "crop", "colour", "hue", "grey"], 0.0),
    "threads": 1,
    "device": "cpu",
    "precision": "float32",
    "params": {"width": 8},
}


@pytest.fixture(autouse=True)
def as_before():
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)


@pytest.fixture
def machine(monkeypatch):
    """Pretend that there are devices."""

    def have(cuda=False, mps=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Some GPU")

    return have


@pytest.mark.parametrize(
    ("there", "chosen"),
    [({}, CPU), ({"mps": True}, MPS), ({"cuda": True}, CUDA), ({"cuda": True, "mps": True}, CUDA)],
)
def test_auto_takes_the_fastest_that_is_there(machine, there, chosen):
    machine(**there)
    assert choose_device("auto") == chosen
    assert choose_device("cpu") == CPU


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_a_sentence_not_a_slow_run(machine, name, tmp_path):
    machine()
    with pytest.raises(InputError, match=f"device {name} is not on this machine; set `device: a"):
        fit(IMAGES, SETTINGS | {"device": name}, 0, state_file=tmp_path / "s.pt", identity="")
    machine(**{name: True})
    assert choose_device(name).type == name


def test_devices_have_names(machine):
    machine(cuda=True)
    assert [describe_device(device) for device in (CPU, MPS, CUDA)] == ["cpu", "mps", "Some GPU"]


def test_arithmetic_is_fixed(monkeypatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG")
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", True)
    fix_arithmetic(threads=2)
    assert torch.get_num_threads() == 2 and torch.are_deterministic_algorithms_enabled()
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert not torch.backends.cudnn.benchmark


def test_random_states_come_back():
    states = get_random_states(CPU)
    drawn = torch.rand(3)
    set_random_states(CPU, states)
    assert torch.equal(torch.rand(3), drawn)
    set_random_states(CPU, [*states, torch.zeros(16, dtype=torch.uint8)])  # of a run on CUDA
    assert torch.equal(torch.rand(3), drawn)


@pytest.fixture
def train(tmp_path):
    def run(precision, name="state"):
        settings = SETTINGS | {"precision": precision}
        return fit(IMAGES, settings, 0, state_file=tmp_path / f"{name}.pt", identity=precision)[:2]

    return run


def weights(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_mixed_precision_trains_and_stays_close(train, monkeypatch, precision):
    plain, history = train("float32")
    types = set()
    real = Autoencoder.encode
    monkeypatch.setattr(
        Autoencoder,
        "encode",
        lambda self, images: types.add((codes := real(self, images)).dtype) or codes,
    )
    mixed, mixed_history = train(precision)
    assert types == {getattr(torch, precision)}
    assert all(parameter.dtype == torch.float32 for parameter in mixed.parameters())
    assert weights(mixed).isfinite().all() and not torch.equal(weights(mixed), weights(plain))
    for row, mixed_row in zip(history, mixed_history, strict=True):
        assert mixed_row["train_loss"] == pytest.approx(row["train_loss"], rel=0.03)
    assert mixed_history[-1]["train_loss"] < mixed_history[0]["train_loss"]
    again, _ = train(precision, "again")
    assert torch.equal(weights(again), weights(mixed))


def test_a_training_with_scaled_gradients_goes_on_as_if_nothing_was(train, monkeypatch):
    whole, _ = train("float16")

    def killed(path, identity, state):
        assert state["precision"]["scaler"]["scale"] > 1
        save_state(path, identity, state)
        raise KeyboardInterrupt

    monkeypatch.setattr(fit_module, "save_state", killed)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            train("float16", "killed")
    monkeypatch.setattr(fit_module, "save_state", save_state)
    assert torch.equal(weights(train("float16", "killed")[0]), weights(whole))


def test_a_training_goes_on_in_the_precision_that_it_began_with(train, tmp_path, monkeypatch):
    def killed(path, identity, state):
        save_state(path, identity, state)
        raise KeyboardInterrupt

    whole, *_ = train("bfloat16")
    monkeypatch.setattr(fit_module, "save_state", killed)
    with pytest.raises(KeyboardInterrupt):
        train("bfloat16", "killed")
    monkeypatch.setattr(fit_module, "save_state", save_state)
    # of the same identity, as `auto` in the config is, but measured anew as slower
    options = {"state_file": tmp_path / "killed.pt", "identity": "bfloat16"}
    resumed, _, _, precision = fit(IMAGES, SETTINGS | {"precision": "float32"}, 0, **options)
    assert precision == "bfloat16"
    assert torch.equal(weights(resumed), weights(whole))


@pytest.mark.parametrize("max_grad_norm", [None, 1.0])
def test_gradients_that_overflow_do_not_reach_the_weights(max_grad_norm):
    parameter = torch.nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    precision = Precision("float16", CPU)
    precision.step((parameter * float("inf")).sum(), optimizer, max_grad_norm)
    assert parameter.item() == 1
    scale = scale_of(precision)
    other = Precision("float32", CPU)
    other.load_state_dict(precision.state_dict())
    assert scale_of(other) == scale < scale_of(Precision("float16", CPU))


@pytest.mark.parametrize("name", ["float32", "float16"])
@pytest.mark.parametrize(
    ("max_grad_norm", "step"), [(None, (3, 4)), (10, (3, 4)), (1, (0.6, 0.8)), (0.5, (0.3, 0.4))]
)
def test_a_gradient_longer_than_the_longest_is_scaled_down_to_it(name, max_grad_norm, step):
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    optimizer = torch.optim.SGD(parameters, lr=1)
    loss = -3 * parameters[0] - 4 * parameters[1]
    Precision(name, CPU).step(loss.sum(), optimizer, max_grad_norm)
    assert [p.item() for p in parameters] == pytest.approx(step, abs=1e-5)


def scale_of(precision):
    return precision.state_dict()["scaler"]["scale"]
