"""Which precision `auto` is, from what the processor can do and a measurement that is kept."""

import json
import os

import numpy as np
import pytest
import torch
import yaml
from conftest import REPOSITORY

from aecluster.experiment.schema import complete_experiment
from aecluster.training import estimate, speed
from aecluster.training.estimate import announcement
from aecluster.training.fit import fit
from aecluster.training.speed import choose_precision, times_as_fast

SHAPE = (3, 32, 32)
MANY = 100_000  # images: a training that is long enough to measure before


def complete(**model):
    models = {"one": {"architecture": "baseline", "latent_dim": 4, **model}}
    experiment = {"datasets": {"photos": {"source": "photo_patches"}}, "models": models}
    return complete_experiment(experiment, REPOSITORY / "workflow/schemas/config.schema.yaml")


def settings_of(**model):
    return complete(**model)["models"]["one"]


@pytest.fixture
def processor(monkeypatch):
    """Pretend that the processor has some instructions, and that a step takes so many seconds in
    each precision; return the precisions that were measured."""

    def be(*instructions, **seconds):
        measured = []

        def took(settings, *_, **__):
            measured.append(settings["precision"])
            return seconds[settings["precision"]]

        known = dict.fromkeys(instructions, True)
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: known)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
        monkeypatch.setattr(speed, "seconds_per_image", took)
        monkeypatch.setattr(estimate, "seconds_per_image", took)
        return measured

    return be


@pytest.mark.parametrize(
    ("instructions", "bfloat16", "chosen"),
    [
        (("avx2", "avx512_f"), 0.1, "float32"),  # said to be fast, but emulated
        (("avx512_bf16",), 1.0, "float32"),
        (("avx512_bf16",), 0.8, "float32"),  # too close to say the same next time
        (("avx512_bf16",), 0.7, "bfloat16"),
        (("amx_bf16",), 0.5, "bfloat16"),
        (("neon", "bf16"), 0.5, "bfloat16"),
    ],
)
def test_auto_is_bfloat16_where_there_are_instructions_and_they_are_faster(
    processor, tmp_path, instructions, bfloat16, chosen
):
    measured = processor(*instructions, float32=1.0, bfloat16=bfloat16)
    assert choose_precision(settings_of(), SHAPE, MANY, tmp_path) == chosen
    assert bool(measured) == (instructions[0] != "avx2")


def test_a_short_training_is_not_measured(processor, tmp_path):
    measured = processor("amx_bf16", float32=1.0, bfloat16=0.1)
    settings = settings_of(epochs=10, batch_size=32)
    assert choose_precision(settings, SHAPE, 49 * 32, tmp_path) == "float32" and not measured
    assert choose_precision(settings, SHAPE, 49 * 32 + 1, tmp_path) == "bfloat16"


@pytest.mark.parametrize("name", ["float32", "bfloat16", "float16"])
def test_a_precision_that_is_asked_for_is_obeyed(processor, tmp_path, name):
    measured = processor("amx_bf16", float32=1.0, bfloat16=0.1)
    assert choose_precision(settings_of(precision=name), SHAPE, MANY, tmp_path) == name
    assert not measured and not list(tmp_path.iterdir())


@pytest.mark.parametrize(("bfloat16", "chosen"), [(True, "bfloat16"), (False, "float16")])
def test_auto_on_cuda_is_what_the_device_computes_in(monkeypatch, tmp_path, bfloat16, chosen):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: bfloat16)
    assert choose_precision(settings_of(device="cuda"), SHAPE, MANY, tmp_path) == chosen


def test_auto_on_mps_is_float32(processor, monkeypatch, tmp_path):
    processor("bf16", float32=1.0, bfloat16=0.1)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_precision(settings_of(device="mps"), SHAPE, MANY, tmp_path) == "float32"


def test_what_goes_on_from_a_model_computes_as_that_one(processor, tmp_path):
    processor("amx_bf16", float32=1.0, bfloat16=0.1)
    short = settings_of(epochs=1)
    for first, chosen in ({}, "bfloat16"), ({"precision": "float32"}, "float32"):
        settings = {**short, "after": settings_of(epochs=1000, **first)}
        assert choose_precision(settings, SHAPE, 1000, tmp_path) == chosen


def test_the_first_measurement_counts_for_all_seeds_and_later_runs(processor, tmp_path):
    processor("amx_bf16", float32=1.0, bfloat16=0.5)
    assert choose_precision(settings_of(), SHAPE, MANY, tmp_path) == "bfloat16"
    measured = processor("amx_bf16", float32=0.5, bfloat16=1.0)
    same = settings_of(learning_rate=0.1, epochs=99, schedule="constant", weight_decay=0.1)
    same["betas"] = [0.5, 0.9]
    assert choose_precision(same, SHAPE, MANY, tmp_path) == "bfloat16" and not measured
    (kept,) = tmp_path.iterdir()
    assert json.loads(kept.read_text())["seconds_per_image"] == {"float32": 1.0, "bfloat16": 0.5}
    for other, shape in (settings_of(latent_dim=5), SHAPE), (settings_of(), (1, 32, 32)):
        assert choose_precision(other, shape, MANY, tmp_path) == "float32"
    assert measured


def test_another_processor_is_measured_for_itself(processor, monkeypatch, tmp_path):
    processor("amx_bf16", float32=1.0, bfloat16=0.5)
    choose_precision(settings_of(), SHAPE, MANY, tmp_path)
    processor("amx_bf16", float32=0.5, bfloat16=1.0)
    monkeypatch.setattr(speed, "processor", lambda: "Another One")
    assert choose_precision(settings_of(), SHAPE, MANY, tmp_path) == "float32"


@pytest.mark.parametrize("links", [True, False])
def test_of_two_jobs_that_measure_at_a_time_the_first_counts(
    processor, monkeypatch, tmp_path, links
):
    processor("amx_bf16", float32=1.0, bfloat16=0.5)
    real, fast = speed.seconds_per_image, []

    def overtaken(*arguments, **more):
        if not fast:
            fast.append("the other job is done before")
            assert times_as_fast("bfloat16", settings_of(), SHAPE, tmp_path) == 2
            monkeypatch.setattr(speed, "seconds_per_image", lambda *_, **__: 7.0)
        return real(*arguments, **more)

    def no_links(*_):
        raise PermissionError("no links on this file system")

    monkeypatch.setattr(speed, "seconds_per_image", overtaken)
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    ratio = times_as_fast("bfloat16", settings_of(), SHAPE, tmp_path)
    assert ratio == 2 if links else ratio > 0
    assert len(list(tmp_path.iterdir())) == 1, "no drafts stay"


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"seconds_per_image": {"float32": 0}}'])
def test_a_damaged_measurement_is_made_again(processor, tmp_path, damage):
    processor("amx_bf16", float32=1.0, bfloat16=0.5)
    choose_precision(settings_of(), SHAPE, MANY, tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_text()
    kept.write_text(damage)
    assert choose_precision(settings_of(), SHAPE, MANY, tmp_path) == "bfloat16"
    assert kept.read_text() == whole


def test_a_measurement_is_of_both_and_changes_no_training(tmp_path):
    settings = settings_of(epochs=1, batch_size=8) | {"precision": "float32"}
    images = np.random.default_rng(0).integers(0, 256, (24, 32, 32, 3), dtype=np.uint8)

    def weights():
        model = fit(images, settings, 0, state_file=None, identity="")[0]
        return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])

    before = weights()
    assert 0.01 < times_as_fast("bfloat16", settings, SHAPE, tmp_path) < 100
    assert torch.equal(weights(), before)


def training(**settings):
    photos = complete()["datasets"]["photos"]
    return {"dataset": photos, "settings": settings_of(**settings), "n_images": 9000, "seeds": 1}


@pytest.mark.parametrize(
    ("instructions", "says"),
    [
        (("avx2",), "about 7 h 30 min in float32: 1 model"),
        (("amx_bf16",), "about 45 min in bfloat16: 1 model"),
    ],
)
def test_the_time_that_is_announced_is_that_of_the_precision_taken(
    processor, tmp_path, instructions, says
):
    processor(*instructions, float32=0.03, bfloat16=0.003)
    said = announcement([training(epochs=100)], cores=1, folder=str(tmp_path))
    assert says in said and "\n" not in said


def test_without_instructions_invariant_asks_for_no_more_than_float32(processor, tmp_path):
    preset = yaml.safe_load((REPOSITORY / "config/invariant.yaml").read_text(encoding="utf-8"))
    processor("avx2", float32=1 / 200, bfloat16=1 / 17)  # what an EPYC with AVX2 was seen to take
    said = announcement([training(**preset["models"]["invariant"])], 1, str(tmp_path))
    assert "about 1 h 22 min in float32: 1 model x 110 epochs x 9,000 images" in said


def test_it_is_said_once_how_much_slower_a_precision_that_was_asked_for_is(processor, tmp_path):
    processor("avx2", float32=0.001, bfloat16=0.0085)
    slow, quick = training(precision="bfloat16"), training(precision="float32", latent_dim=9)
    said = announcement([slow, slow, quick], cores=2, folder=str(tmp_path))
    assert "in bfloat16 and float32: 3 models" in said
    assert said.splitlines()[1:] == [
        "This processor is slower in the precision asked for than in float32: baseline in bfloat16 "
        "8.5 times; `precision: auto` would take float32."
    ]
    processor("amx_bf16", float32=0.001, bfloat16=0.0005)
    said = announcement([training(precision="bfloat16", latent_dim=10)], 2, str(tmp_path))
    assert "\n" not in said


def test_no_preset_asks_for_a_precision():
    files = [*(REPOSITORY / "config").glob("*.yaml"), REPOSITORY / "bench/experiment.yaml"]
    assert len(files) > 5
    assert not [file.name for file in files if "precision" in file.read_text(encoding="utf-8")]
