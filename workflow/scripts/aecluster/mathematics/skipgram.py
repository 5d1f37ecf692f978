"""The closed-form gradients against automatic differentiation, on many random cases.

The error of a case is max |a - b| / t, where a is the closed form, b is torch's gradient and t is
the largest entry of the gradient when the terms that it adds up are added without their signs:

    t_V = max_ij |h_i| (|C| s_j + n_j)
    t_W = max_ij |x_i| sum_k |V_jk| (|C| s_k + n_k)

(0 / 0 counts as 0). t is at least max |b|, and about the same unless the terms cancel: a context
of one word that the model already predicts, |C| s_j = n_j, has a gradient near 0 that no
subtraction in float64 can give to ten digits, so that max |a - b| / max |b|, the plain error,
would compare two roundings. Both are in the table.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import softmax

from aecluster.mathematics.word2vec import gradients
from aecluster.mathematics.word2vec_autograd import autograd_gradients

TOLERANCE = 1e-10
LARGEST_LOGIT = 1e3


@dataclass(frozen=True)
class Case:
    """One skip-gram problem; names and shapes as in `word2vec`."""

    W: np.ndarray
    V: np.ndarray
    x: np.ndarray
    context: np.ndarray


def random_case(rng: np.random.Generator) -> Case:
    """Draw sizes of 2 to 50, weights, x and a context.

    x is one-hot in half of the cases and dense in the others. The context has 1 to 20 words drawn
    with repeats; in a quarter of the cases all of them are the same word. V is scaled so that the
    largest |logit| is spread evenly on a log scale from 0.1 to 1e3, and is 1e3 in about a tenth
    of the cases.
    """
    vocabulary, hidden = rng.integers(2, 51, size=2)
    W = rng.normal(size=(vocabulary, hidden))
    V = rng.normal(size=(hidden, vocabulary))
    one_hot = np.eye(vocabulary)[rng.integers(vocabulary)]
    x = one_hot if rng.random() < 0.5 else rng.normal(size=vocabulary)
    context = rng.integers(vocabulary, size=rng.integers(1, 21))
    if rng.random() < 0.25:
        context[:] = context[0]
    largest = min(LARGEST_LOGIT, 10 ** rng.uniform(-1, 3.44))
    V *= largest / np.abs(V.T @ (W.T @ x)).max()
    return Case(W, V, x, context)


def errors_of(case: Case) -> dict[str, float]:
    """Compare both ways on one case: error_W, error_V, plain_error_W, plain_error_V."""
    closed = gradients(case.W, case.V, case.x, case.context)
    automatic = autograd_gradients(case.W, case.V, case.x, case.context)
    errors = {}
    for name, a, b, t in zip("WV", closed, automatic, _sizes(case), strict=True):
        difference = np.abs(a - b).max()
        errors[f"error_{name}"] = _ratio(difference, t)
        errors[f"plain_error_{name}"] = _ratio(difference, np.abs(b).max())
    return errors


def skipgram_table(n_cases: int, seed: int) -> pd.DataFrame:
    """Compare both ways on `n_cases` random cases; one row a case.

    A case is drawn from (seed, its number), so that it stays the same when `n_cases` changes.
    """
    rows = []
    for number in range(n_cases):
        case = random_case(np.random.default_rng([seed, number]))
        rows.append(
            {
                "case": number,
                "vocabulary": len(case.x),
                "hidden": case.W.shape[1],
                "n_context": len(case.context),
                "n_distinct": len(np.unique(case.context)),
                "max_logit": np.abs(case.V.T @ (case.W.T @ case.x)).max(),
            }
            | errors_of(case)
        )
    columns = ["error_W", "error_V", "plain_error_W", "plain_error_V"]
    table = pd.DataFrame(rows)
    return table[[*table.columns.difference(columns, sort=False), *columns]]


def skipgram_summary(table: pd.DataFrame) -> str:
    """Write the equations and the worst errors for people."""
    plain = table[["plain_error_W", "plain_error_V"]].max().max()
    worst = table[["error_W", "error_V"]].max(skipna=False)
    verdict = "below" if (worst < TOLERANCE).all() else "NOT below"
    return f"""# The gradients of the word2vec loss

With h = Wᵀx, u = W′ᵀh, s = softmax(u), and nₖ = how often word k is in the context C:

- L = −log ∏_(c∈C) exp(u_c) / Σ_k exp(u_k) = |C| log Σ_k exp(u_k) − Σ_(c∈C) u_c
- eₖ = ∂L/∂uₖ = Σ_(c∈C) (sₖ − [k = c]) = |C| sₖ − nₖ
- ∂L/∂W′_ij = h_i e_j
- ∂L/∂W_ij = x_i Σ_k W′_jk eₖ

The closed form and automatic differentiation (torch, float64) on {len(table)} random cases:

| gradient | largest relative error | median |
| --- | ---: | ---: |
| ∂L/∂W | {worst["error_W"]:.1e} | {table["error_W"].median():.1e} |
| ∂L/∂W′ | {worst["error_V"]:.1e} | {table["error_V"].median():.1e} |

The largest is {verdict} {TOLERANCE:.0e}. Vocabularies have {table["vocabulary"].min()} to \
{table["vocabulary"].max()} words, hidden layers {table["hidden"].min()} to \
{table["hidden"].max()} units; logits reach {table["max_logit"].max():.4g}; \
{(table["n_distinct"] < table["n_context"]).sum()} contexts repeat a word.

The error is the largest difference divided by the largest entry that the gradient would have if
its terms were added without their signs. Divided by the largest entry of the gradient itself, it
is at most {plain:.1e} (columns `plain_error_*` of the CSV); that ratio means little where
|C| sₖ and nₖ cancel, because there both gradients are the rounding of far larger numbers.
"""


def _sizes(case: Case) -> tuple[float, float]:
    h = case.W.T @ case.x
    counts = np.bincount(case.context, minlength=len(case.x))
    terms = len(case.context) * softmax(case.V.T @ h) + counts
    size_W = np.abs(case.x).max() * (np.abs(case.V) @ terms).max()
    return size_W, np.abs(h).max() * terms.max()


def _ratio(difference: float, size: float) -> float:
    return 0.0 if difference == 0 else float(difference / size)
