"""The gradients of the skip-gram loss by automatic differentiation, to check the closed form."""

from collections.abc import Sequence

import numpy as np
import torch

from aecluster.mathematics.word2vec import checked


def autograd_gradients(
    W: np.ndarray, V: np.ndarray, x: np.ndarray, context: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return dL/dW and dL/dV, as `word2vec.gradients` does, by torch in float64.

    Only the loss is written here; torch finds the gradients.
    """
    W, V, x, context = checked(W, V, x, context)
    W = torch.tensor(W, requires_grad=True)
    V = torch.tensor(V, requires_grad=True)
    u = V.T @ (W.T @ torch.tensor(x))
    value = len(context) * torch.logsumexp(u, dim=0) - u[torch.tensor(context)].sum()
    value.backward()
    return W.grad.numpy(), V.grad.numpy()
