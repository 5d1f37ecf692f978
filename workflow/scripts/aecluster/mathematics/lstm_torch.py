"""The same cell run by `torch.nn.LSTMCell`, as a second opinion on `lstm.run_cell`.

torch's cell has g = h = tanh. It also serves as the cell with g = h = identity, because tanh is
the identity near 0: tanh(e a) = e a (1 - (e a)^2 / 3 + ...). Write z' = e z, c' = e c, y' = e y
with e = 2^-60. Then

    z'_t = tanh(e W x_t + R y'_{t-1} + e b)
    i_t  = s(W_i x_t + (R_i / e) y'_{t-1} + b_i)     (f and o alike)
    c'_t = f_t c'_{t-1} + i_t z'_t
    y'_t = o_t tanh(c'_t)

is torch's cell with other weights, and c = c' / e, y = y' / e. Scaling by a power of two is exact
in floating point, and the bent part of tanh, (e a)^2 / 3, is below the rounding of float64 for
every |a| < 2^33. So this is torch's own arithmetic from end to end, with no part written again.
"""

import numpy as np
import torch
from numpy.typing import ArrayLike

from aecluster.mathematics.lstm import Cell, checked_sequence

_TORCH_ORDER = [1, 2, 0, 3]  # torch stacks i, f, z (which it calls g), o


def run_torch_cell(
    cell: Cell, x: ArrayLike, *, linear: bool, carry_state: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Run `torch.nn.LSTMCell` in float64 with the weights of `cell`.

    Parameters
    ----------
    cell
        The weights, of `lstm.make_cell`.
    x
        The sequence (T, n_in).
    linear
        True: g = h = identity, by the scaling above. False: g = h = tanh, the cell as it is.
    carry_state
        False: every step is a first step, with zero state.

    Returns
    -------
    c, y
        The cell states and the outputs, float64 arrays (T, n).
    """
    x = checked_sequence(cell, x)
    scale = 2.0**-60 if linear else 1.0
    of_inputs = np.array([scale, 1.0, 1.0, 1.0])
    of_recurrent = of_inputs / scale
    _, n, n_in = cell.inputs.shape
    module = torch.nn.LSTMCell(n_in, n, dtype=torch.float64)
    with torch.no_grad():
        module.weight_ih.copy_(_stacked(cell.inputs * of_inputs[:, None, None]))
        module.weight_hh.copy_(_stacked(cell.recurrent * of_recurrent[:, None, None]))
        module.bias_ih.copy_(_stacked(cell.bias * of_inputs[:, None]))
        module.bias_hh.zero_()
        state, states = None, []
        for x_t in torch.from_numpy(x):
            y_t, c_t = module(x_t[None], state)
            states.append(torch.cat([c_t, y_t]).numpy() / scale)
            state = (y_t, c_t) if carry_state else None
    c, y = np.stack(states, axis=1)
    return c, y


def _stacked(array: np.ndarray) -> torch.Tensor:
    """From (4, n, ...) in the order z, i, f, o to torch's (4 n, ...)."""
    return torch.from_numpy(array[_TORCH_ORDER].reshape(-1, *array.shape[2:]))
