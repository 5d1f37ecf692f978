"""One LSTM cell, step by step, with every gate and state in sight.

The cell of Hochreiter and Schmidhuber (1997), "Long short-term memory", Neural Computation 9(8),
with the forget gate of Gers, Schmidhuber and Cummins (2000), "Learning to forget", Neural
Computation 12(10); it has no peepholes. With input x_t and earlier output y_{t-1}:

    z_t = g(W   x_t + R   y_{t-1} + b)      block input
    i_t = s(W_i x_t + R_i y_{t-1} + b_i)    input gate
    f_t = s(W_f x_t + R_f y_{t-1} + b_f)    forget gate
    o_t = s(W_o x_t + R_o y_{t-1} + b_o)    output gate
    c_t = f_t c_{t-1} + i_t z_t             cell state
    y_t = o_t h(c_t)                        output

s is the logistic sigmoid, products of gates and states are element by element, and
c_0 = y_0 = 0. `torch.nn.LSTMCell` is the case g = h = tanh; the homework's cell is the case
g = h = identity with R = R_i = R_f = R_o = 0.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from aecluster.errors import InputError


@dataclass(frozen=True)
class Cell:
    """The weights of one cell: n units, n_in inputs; first axis in the order z, i, f, o.

    Attributes
    ----------
    inputs : float64 array (4, n, n_in)
    recurrent : float64 array (4, n, n)
    bias : float64 array (4, n)
    """

    inputs: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Trace:
    """Every gate and state at every step: float64 arrays (T, n), named as in the equations."""

    z: np.ndarray
    i: np.ndarray
    f: np.ndarray
    o: np.ndarray
    c_previous: np.ndarray
    c: np.ndarray
    y: np.ndarray


def make_cell(
    *,
    w: ArrayLike,
    b: ArrayLike,
    wi: ArrayLike,
    bi: ArrayLike,
    wf: ArrayLike,
    bf: ArrayLike,
    wo: ArrayLike,
    bo: ArrayLike,
    r: ArrayLike | None = None,
    ri: ArrayLike | None = None,
    rf: ArrayLike | None = None,
    ro: ArrayLike | None = None,
) -> Cell:
    """Check the weights and put them together.

    Parameters
    ----------
    w, wi, wf, wo
        Input weights (n, n_in); (n_in,) stands for one unit.
    b, bi, bf, bo
        Biases (n,); one number stands for one unit.
    r, ri, rf, ro
        Recurrent weights (n, n); None stands for zeros.

    Raises
    ------
    InputError
        If a shape does not fit the others, or a value is not a finite number.
    """
    inputs = {"w": w, "wi": wi, "wf": wf, "wo": wo}
    inputs = {name: np.atleast_2d(_numbers(name, value)) for name, value in inputs.items()}
    shape = inputs["w"].shape
    biases = {"b": b, "bi": bi, "bf": bf, "bo": bo}
    biases = {name: np.atleast_1d(_numbers(name, value)) for name, value in biases.items()}
    square = np.zeros((shape[0], shape[0]))
    recurrent = {"r": r, "ri": ri, "rf": rf, "ro": ro}
    recurrent = {
        name: square if value is None else np.atleast_2d(_numbers(name, value))
        for name, value in recurrent.items()
    }
    return Cell(
        inputs=_stacked(inputs, shape),
        recurrent=_stacked(recurrent, square.shape),
        bias=_stacked(biases, shape[:1]),
    )


def identity(a: np.ndarray) -> np.ndarray:
    """Give `a` back."""
    return a


def run_cell(
    cell: Cell,
    x: ArrayLike,
    *,
    g: Callable[[np.ndarray], np.ndarray] = identity,
    h: Callable[[np.ndarray], np.ndarray] = identity,
    carry_state: bool = True,
) -> Trace:
    """Run the cell over a sequence, by the equations at the head of this module.

    Parameters
    ----------
    cell
        The weights, of `make_cell`.
    x
        The sequence (T, n_in).
    g, h
        The activations of the block input and of the cell state.
    carry_state
        False: every step is a first step, with c_{t-1} = y_{t-1} = 0 (no memory).

    Raises
    ------
    InputError
        If x does not fit the cell, or a value is not a finite number.
    """
    x = checked_sequence(cell, x)
    n = cell.bias.shape[1]
    names = ("z", "i", "f", "o", "c_previous", "c", "y")
    trace = {name: np.empty((len(x), n)) for name in names}
    c, y = np.zeros(n), np.zeros(n)
    for step, x_t in enumerate(x):
        if not carry_state:
            c, y = np.zeros(n), np.zeros(n)
        c_previous = c
        a = cell.inputs @ x_t + cell.recurrent @ y + cell.bias
        z = g(a[0])
        i, f, o = expit(a[1:])  # never overflows, whatever the size of its argument
        c = f * c_previous + i * z
        y = o * h(c)
        for name, value in zip(names, (z, i, f, o, c_previous, c, y), strict=True):
            trace[name][step] = value
    return Trace(**trace)


def checked_sequence(cell: Cell, x: ArrayLike) -> np.ndarray:
    """Give x as a float64 array (T, n_in), or raise InputError if it does not fit the cell."""
    x = _numbers("x", x)
    n_in = cell.inputs.shape[2]
    if x.ndim != 2 or x.shape[1] != n_in or len(x) == 0:
        raise InputError(
            f"x has shape {x.shape}; expected (steps, {n_in}) with at least one step, "
            f"because the cell has {n_in} input weights."
        )
    return x


def _numbers(name: str, value: ArrayLike) -> np.ndarray:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} is not an array of numbers; check its rows.") from None
    if not np.isfinite(array).all():
        raise InputError(f"{name} has a value that is not finite; only finite numbers are allowed.")
    return array


def _stacked(arrays: dict[str, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    for name, array in arrays.items():
        if array.shape != shape or 0 in shape:
            raise InputError(f"{name} has shape {array.shape}; expected {shape}, to fit w.")
    return np.stack(list(arrays.values()))
