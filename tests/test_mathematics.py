"""The two math problems: the LSTM cell and the gradients of the word2vec loss."""

import json
import sys
from pathlib import Path
from subprocess import run

import numpy as np
import pytest

from aecluster.errors import InputError
from aecluster.figures.lstm import lstm_figure
from aecluster.figures.skipgram import skipgram_figure
from aecluster.figures.style import PALETTE, colour, new_figure, save
from aecluster.mathematics.lstm import identity, make_cell, run_cell
from aecluster.mathematics.lstm_readings import readings_summary, readings_table, readings_titles
from aecluster.mathematics.lstm_torch import run_torch_cell
from aecluster.mathematics.skipgram import (
    TOLERANCE,
    Case,
    errors_of,
    random_case,
    skipgram_summary,
    skipgram_table,
)
from aecluster.mathematics.word2vec import gradients, loss
from aecluster.mathematics.word2vec_autograd import autograd_gradients

ROOT = Path(__file__).parents[1]
PRINTED = [1.36193606e-04, -2, 4, 0, 9.07957374e-05, -1.81591475e-04, 1, 2]
OUTPUTS = {
    # 3, 2 and -4 times one sigmoid(10) where a gate is open by its bias alone
    "as listed": [2.999863806, -2, 4, 0, 1.999909204, -3.999818409, 1, 2],
    "as printed": PRINTED,
    "as defined": [
        1.36193606e-04,
        0.999863806,
        4,
        3.99981841,
        2.72370725e-04,
        5.99945523,
        1,
        2.99995460,
    ],
}


@pytest.fixture(scope="module")
def problem() -> dict:
    return json.loads((ROOT / "workflow/resources/lstm_cell.json").read_text())


@pytest.fixture(scope="module")
def readings(problem):
    return readings_table(problem)


@pytest.fixture(scope="module")
def cases():
    return skipgram_table(n_cases=1000, seed=0)


def random_weights(rng, n, n_in, *, recurrent=True):
    weights = {name: rng.normal(size=(n, n_in)) for name in ("w", "wi", "wf", "wo")}
    weights |= {name: rng.normal(size=n) for name in ("b", "bi", "bf", "bo")}
    if recurrent:
        weights |= {name: rng.normal(size=(n, n)) for name in ("r", "ri", "rf", "ro")}
    return weights


# --- the LSTM cell


@pytest.mark.parametrize("reading", OUTPUTS)
def test_each_reading_gives_its_outputs(readings, reading):
    part = readings[readings["reading"] == reading]
    assert list(part["step"]) == list(range(1, 9))
    np.testing.assert_allclose(part["y"], OUTPUTS[reading], rtol=0, atol=1e-8)
    np.testing.assert_allclose(part["y_torch"], part["y"], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(part["y_printed_in_report"], PRINTED)


def test_only_one_reading_is_what_the_report_prints(readings):
    apart = (readings["y"] - readings["y_printed_in_report"]).abs()
    largest = apart.groupby(readings["reading"]).max()
    assert largest["as printed"] < 1e-8
    assert largest["as listed"] > 1
    assert largest["as defined"] > 1


def test_carried_state_is_the_state_before(readings):
    for reading, part in readings.groupby("reading"):
        before = np.r_[0, part["c"].iloc[:-1]] if reading == "as defined" else np.zeros(8)
        np.testing.assert_array_equal(part["c_previous"], before)
        np.testing.assert_allclose(part["c"], part["f"] * before + part["i"] * part["z"])


@pytest.mark.parametrize("carry_state", [True, False])
@pytest.mark.parametrize("recurrent", [True, False])
@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize(("linear", "activation"), [(False, np.tanh), (True, identity)])
def test_cell_equals_torch(n, recurrent, carry_state, linear, activation):
    rng = np.random.default_rng(n)
    cell = make_cell(**random_weights(rng, n, 3, recurrent=recurrent))
    # Few enough steps that the identity cell, which nothing bounds, stays below 1e3.
    x = rng.normal(size=(6, 3))
    ours = run_cell(cell, x, g=activation, h=activation, carry_state=carry_state)
    c, y = run_torch_cell(cell, x, linear=linear, carry_state=carry_state)
    assert np.abs(ours.y).max() < 1e3
    np.testing.assert_allclose(ours.c, c, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.y, y, rtol=1e-12, atol=1e-12)


def test_cell_equals_torch_written_by_hand():
    """The wiring of `run_torch_cell` too: torch's weights are set here, name by name."""
    import torch

    torch.manual_seed(0)
    module = torch.nn.LSTMCell(3, 2, dtype=torch.float64)
    parts = [p.detach().numpy().reshape(4, 2, -1) for p in module.parameters()]
    (wi, wf, w, wo), (ri, rf, r, ro) = parts[:2]
    bi, bf, b, bo = (parts[2] + parts[3])[..., 0]
    cell = make_cell(w=w, wi=wi, wf=wf, wo=wo, r=r, ri=ri, rf=rf, ro=ro, b=b, bi=bi, bf=bf, bo=bo)
    x = np.random.default_rng(0).normal(size=(10, 3))
    ours = run_cell(cell, x, g=np.tanh, h=np.tanh)
    state = None
    for step, x_t in enumerate(torch.from_numpy(x)):
        state = module(x_t, state)
        np.testing.assert_allclose(ours.y[step], state[0].detach(), rtol=0, atol=1e-12)
        np.testing.assert_allclose(ours.c[step], state[1].detach(), rtol=0, atol=1e-12)


@pytest.mark.filterwarnings("error")
def test_gates_are_safe_for_large_arguments():
    with np.errstate(over="raise", invalid="raise"):
        trace = run_cell(
            make_cell(w=[1], b=0, wi=[1e6], bi=0, wf=[-1e6], bf=0, wo=[1e6], bo=0), [[1], [-1]]
        )
    np.testing.assert_array_equal(trace.i, [[1], [0]])
    np.testing.assert_array_equal(trace.f, [[0], [1]])
    np.testing.assert_array_equal(trace.y, [[1], [0]])
    np.testing.assert_array_equal(trace.c, [[1], [1]])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"wf": [1, 2]}, "wf"),
        ({"bo": [1, 2]}, "bo"),
        ({"ri": [[1, 2]]}, "ri"),
        ({"w": [[1, 2, 3], [1, 2]]}, "w"),
        ({"bi": float("nan")}, "bi"),
        ({"wo": "many"}, "wo"),
    ],
)
def test_wrong_weights_are_named(changes, named):
    right = {name: [1, 2, 3] for name in ("w", "wi", "wf", "wo")}
    right |= dict.fromkeys(("b", "bi", "bf", "bo"), 0)
    make_cell(**right)
    with pytest.raises(InputError, match=rf"^{named} "):
        make_cell(**(right | changes))


@pytest.mark.parametrize("x", [[1, 2, 3], [[1, 2]], np.empty((0, 3)), [[1, 2, np.inf]]])
def test_wrong_sequence_is_named(x):
    cell = make_cell(**random_weights(np.random.default_rng(0), 2, 3))
    for call in (run_cell, lambda *a: run_torch_cell(*a, linear=True)):
        with pytest.raises(InputError, match=r"^x "):
            call(cell, x)


@pytest.mark.parametrize(
    "change",
    [
        {"y_printed_in_report": [1, 2]},
        {"readings": {"a": {"carry_state": "yes"}}},
        {"readings": {"a": {"carry_state": True, "bias": 1}}},
        {"weights": {"w": [1, 2, 3, 4]}},
        {"x": [[1, 2]] * 8},
    ],
)
def test_wrong_problem_is_an_input_error(problem, change):
    with pytest.raises(InputError):
        readings_table(problem | change)
    with pytest.raises(InputError, match="lacks"):
        readings_table({})


# --- word2vec


def test_gradients_on_a_thousand_random_cases(cases):
    assert len(cases) == 1000
    assert TOLERANCE == 1e-10
    # Compared one by one: pandas' max would pass over an error that is not a number.
    assert (cases[["error_W", "error_V"]] < TOLERANCE).all(axis=None)
    assert (cases[["plain_error_W", "plain_error_V"]] < TOLERANCE).all(axis=None)


def test_random_cases_cover_what_they_should(cases):
    for size in ("vocabulary", "hidden"):
        assert (cases[size].min(), cases[size].max()) == (2, 50)
    assert (cases["n_distinct"] < cases["n_context"]).sum() > 500
    assert (cases["n_distinct"] == 1).sum() > 100
    assert cases["max_logit"].max() == pytest.approx(1e3)
    assert (cases["max_logit"] > 999).sum() > 50
    assert (cases["max_logit"] < 1).sum() > 100


def test_cases_follow_the_seed(cases):
    np.testing.assert_array_equal(skipgram_table(5, seed=0), cases.head())
    assert not np.array_equal(skipgram_table(5, seed=1), cases.head())


def test_error_sees_a_small_mistake(monkeypatch):
    case = random_case(np.random.default_rng(0))
    right = errors_of(case)
    wrong = Case(case.W, case.V, case.x, np.append(case.context, case.context[0]))
    monkeypatch.setattr(
        "aecluster.mathematics.skipgram.autograd_gradients",
        lambda *a: autograd_gradients(case.W, case.V, case.x, wrong.context),
    )
    assert max(right.values()) < TOLERANCE
    assert min(errors_of(case).values()) > 1e-3


@pytest.mark.parametrize("seed", range(5))
def test_gradients_equal_finite_differences(seed):
    rng = np.random.default_rng(seed)
    W, V = rng.normal(size=(6, 3)), rng.normal(size=(3, 6))
    x = np.eye(6)[1] if seed % 2 else rng.normal(size=6)
    context = [1, 4, 4, 0, 4]
    step = 1e-6
    for k, gradient in enumerate(gradients(W, V, x, context)):
        for index in np.ndindex(gradient.shape):
            ends = []
            for sign in (1, -1):
                moved = [W.copy(), V.copy()]
                moved[k][index] += sign * step
                ends.append(loss(*moved, x, context))
            slope = (ends[0] - ends[1]) / (2 * step)
            assert gradient[index] == pytest.approx(slope, rel=1e-6, abs=1e-7)


def test_loss_is_the_negative_log_of_the_product():
    rng = np.random.default_rng(3)
    W, V, x = rng.normal(size=(4, 2)), rng.normal(size=(2, 4)), np.eye(4)[2]
    shares = np.exp(V.T @ W.T @ x)
    shares /= shares.sum()
    assert loss(W, V, x, [0, 3, 3]) == pytest.approx(-np.log(shares[0] * shares[3] ** 2))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [1e3, 1e6])
def test_large_logits_stay_finite(size):
    W, V, x = np.eye(2), np.array([[size, -size], [0.0, 0.0]]), np.array([1.0, 0.0])
    with np.errstate(over="raise", invalid="raise"):
        assert loss(W, V, x, [0]) == 0
        assert loss(W, V, x, [1, 1]) == 4 * size
        by_W, by_V = gradients(W, V, x, [1, 1])
    np.testing.assert_array_equal(by_V, [[2, -2], [0, 0]])
    np.testing.assert_array_equal(by_W, [[4 * size, 0], [0, 0]])


@pytest.mark.parametrize("function", [loss, gradients, autograd_gradients])
@pytest.mark.parametrize(
    "change",
    [
        {"W": np.ones((3, 2))},
        {"V": np.ones((4, 2))},
        {"x": np.ones((4, 1))},
        {"context": []},
        {"context": [4]},
        {"context": [-1]},
        {"context": [0.5]},
        {"context": 1},
    ],
)
def test_wrong_shapes_are_input_errors(function, change):
    right = {"W": np.ones((4, 2)), "V": np.ones((2, 4)), "x": np.ones(4), "context": [0, 1]}
    function(**right)
    with pytest.raises(InputError):
        function(**(right | change))


def test_closed_forms_import_no_torch():
    code = "import sys, aecluster.mathematics.{}; assert 'torch' not in sys.modules"
    for module in ("word2vec", "lstm"):
        run(
            [sys.executable, "-c", code.format(module)],
            cwd=ROOT / "workflow/scripts",
            check=True,
        )


# --- what people see


def test_lstm_summary_shows_every_reading(readings, problem):
    text = readings_summary(readings, problem)
    for reading, title in readings_titles(problem).items():
        assert f"## {reading}: {title}" in text
    assert "| 1 | 0 1 0 3 | 2.99986 | 0.000136194 | 0.000136194 | 0.000136194 |" in text
    assert "**Erratum.** The report's listing has bi = bo = +10" in text


def test_skipgram_summary_says_when_it_fails(cases):
    assert "The largest is below 1e-10." in skipgram_summary(cases)
    for error in (1e-9, np.nan):
        one_wrong = cases.assign(error_V=cases["error_V"].where(cases["case"] != 7, error))
        assert "NOT below" in skipgram_summary(one_wrong)


def test_figures_are_the_same_bytes_twice(tmp_path, readings, problem, cases):
    def figures():
        yield "lstm", lstm_figure(readings, readings_titles(problem))
        yield "skipgram", skipgram_figure(cases, TOLERANCE)

    for folder in ("a", "b"):
        for name, figure in figures():
            save(figure, tmp_path / folder / f"{name}.png", tmp_path / folder / f"{name}.svg")
    files = [path for path in (tmp_path / "a").iterdir() if path.suffix != ".sha256"]
    for path in files:
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
        assert path.stat().st_size > 10_000
    assert len(files) == 4


def test_errors_of_gradients_are_labelled_with_numbers(cases):
    figure = skipgram_figure(cases, TOLERANCE)
    figure.draw_without_rendering()
    axes = [ax.xaxis for ax in figure.axes] + [figure.axes[0].yaxis]
    for axis in axes:
        labels = [label.get_text().replace("−", "-") for label in axis.get_ticklabels(which="both")]
        assert len(labels) >= 3 and all(map(float, labels))


def test_style_keeps_a_colour_for_a_name(tmp_path):
    names = ["kmeans", "agglomerative", "gmm"]
    colours = [colour(name, names) for name in names]
    assert colours == [colour(name, names[::-1]) for name in names]
    assert len({*colours}) == 3
    assert {*colours} <= {*PALETTE}
    figure, axes = new_figure(3, 2, 2, 2, sharex=True)
    assert axes.shape == (2, 2)
    save(figure, tmp_path / "deep" / "figure.svg")
    assert b"<dc:date>" not in (tmp_path / "deep" / "figure.svg").read_bytes()
