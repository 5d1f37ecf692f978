"""What this machine can do at most: float32 matrix products, and bytes to and from memory.

python -m bench.limits     prints them as JSON
"""

import json
import time
from collections.abc import Callable

from aecluster.jobs.machine import cores

_SECONDS = 1.5
_SIDE = 2048
_FLOATS = 2**26  # 256 MB an array: far more than any cache holds


def measure() -> dict[str, float]:
    """Return GFLOP/s of a matrix product and GB/s of a triad, on one core and on all.

    Each is the best of a few repetitions in 1.5 seconds. A product of n x n takes 2 n^3 FLOP. The
    triad a = b + 3 c moves three arrays (McCalpin 1995, STREAM).
    """
    import torch

    left, right = torch.rand(_SIDE, _SIDE), torch.rand(_SIDE, _SIDE)
    product = torch.empty(_SIDE, _SIDE)
    a, b, c = (torch.ones(_FLOATS) for _ in range(3))
    limits = {}
    for name, threads in (("one", 1), ("all", cores())):
        torch.set_num_threads(threads)
        flop = 2 * _SIDE**3 / _fastest(lambda: torch.mm(left, right, out=product))
        n_bytes = 3 * 4 * _FLOATS / _fastest(lambda: torch.add(b, c, alpha=3, out=a))
        limits |= {f"gflops_{name}": flop / 1e9, f"gigabytes_{name}": n_bytes / 1e9}
    return limits


def _fastest(action: Callable[[], object]) -> float:
    action()
    best, end = float("inf"), time.perf_counter() + _SECONDS
    while time.perf_counter() < end:
        began = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - began)
    return best


if __name__ == "__main__":
    print(json.dumps(measure()))
