"""The homework's LSTM problem, in every reading of the report: a table and its summary."""

import numpy as np
import pandas as pd

from aecluster.errors import InputError
from aecluster.mathematics.lstm import make_cell, run_cell
from aecluster.mathematics.lstm_torch import run_torch_cell

_STATES = ["z", "i", "f", "o", "c_previous", "c", "y"]


def readings_table(problem: dict) -> pd.DataFrame:
    """Run the cell in every reading.

    Parameters
    ----------
    problem
        The content of `lstm_cell.json`: `x`, `weights`, `readings` (each with `carry_state` and
        the weights that it replaces) and `y_printed_in_report`.

    Returns
    -------
    pandas.DataFrame
        One row a reading and step: reading, step (from 1), x, z, i, f, o, c_previous, c, y,
        y_torch (the same by torch.nn.LSTMCell) and y_printed_in_report.

    Raises
    ------
    InputError
        If a part is missing or does not fit.
    """
    needed = {"x", "weights", "readings", "y_printed_in_report"}
    if missing := sorted(needed - problem.keys()):
        raise InputError(f"The LSTM problem lacks {', '.join(missing)}; add it to the JSON file.")
    printed = problem["y_printed_in_report"]
    if len(printed) != len(problem["x"]):
        raise InputError(
            f"y_printed_in_report has {len(printed)} numbers and x has {len(problem['x'])} steps; "
            "give one number a step."
        )
    tables = []
    for reading, changes in problem["readings"].items():
        tables.append(_one_reading(problem, dict(changes)).assign(y_printed_in_report=printed))
        tables[-1].insert(0, "reading", reading)
    return pd.concat(tables, ignore_index=True)


def readings_titles(problem: dict) -> dict[str, str]:
    """Say the settings of every reading in a few words."""
    return {
        reading: ", ".join(
            f"{name.replace('carry_state', 'state carried')} = {_cell(value)}"
            for name, value in changes.items()
        )
        for reading, changes in problem["readings"].items()
    }


def readings_summary(table: pd.DataFrame, problem: dict) -> str:
    """Write the table for people: the outputs side by side, the erratum, then every state."""
    readings = list(dict.fromkeys(table["reading"]))
    by_reading = {name: table[table["reading"] == name] for name in readings}
    first = by_reading[readings[0]]
    rows = [
        [step, x, *(by_reading[name]["y"].iloc[k] for name in readings), printed]
        for k, (step, x, printed) in enumerate(
            zip(first["step"], first["x"], first["y_printed_in_report"], strict=True)
        )
    ]
    distances = [_distance(part, "y_printed_in_report") for part in by_reading.values()]
    rows.append(["largest difference from the print", "", *distances, ""])
    parts = [
        "# An LSTM cell by hand\n",
        "Output y at every step, in each reading of the report:\n",
        _markdown(["step", "x", *readings, "printed in the report"], rows),
        "\n**Erratum.** " + problem.get("erratum", "") + "\n",
        "`torch.nn.LSTMCell` with the same weights gives the same outputs; the largest "
        f"difference is {_distance(table, 'y_torch'):.1e}. Its tanh is used where it is the "
        "identity to the last digit (see `mathematics/lstm_torch.py`).\n",
    ]
    titles = readings_titles(problem)
    for name, part in by_reading.items():
        parts += [f"## {name}: {titles[name]}\n", _markdown(["step", *_STATES], _rows(part)), ""]
    return "\n".join(parts).rstrip() + "\n"


def _one_reading(problem: dict, changes: dict) -> pd.DataFrame:
    carry_state = changes.pop("carry_state", None)
    if not isinstance(carry_state, bool):
        raise InputError(f"carry_state is {carry_state!r} in a reading; expected true or false.")
    try:
        cell = make_cell(**(problem["weights"] | changes))
    except TypeError as error:
        raise InputError(f"The weights of the LSTM problem do not fit: {error}.") from error
    if cell.bias.shape[1] != 1:
        raise InputError(f"The LSTM problem has {cell.bias.shape[1]} units; expected one.")
    x = problem["x"]
    trace = run_cell(cell, x, carry_state=carry_state)
    _, y_torch = run_torch_cell(cell, x, linear=True, carry_state=carry_state)
    columns = {name: getattr(trace, name)[:, 0] for name in _STATES}
    return pd.DataFrame(
        {
            "step": np.arange(1, len(x) + 1),
            "x": [" ".join(f"{value:g}" for value in x_t) for x_t in x],
            **columns,
            "y_torch": y_torch[:, 0],
        }
    )


def _distance(table: pd.DataFrame, column: str) -> float:
    return float((table["y"] - table[column]).abs().max())


def _rows(table: pd.DataFrame) -> list[list]:
    return table[["step", *_STATES]].astype(object).to_numpy().tolist()


def _markdown(header: list[str], rows: list[list]) -> str:
    lines = [header, ["---:"] * len(header), *([_cell(value) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
