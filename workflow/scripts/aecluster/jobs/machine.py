"""What this machine, or the container around this process, has: a processor, cores, memory.

A container sees the cores and the memory of its host. What it may use stands in its control groups
(https://docs.kernel.org/admin-guide/cgroup-v2.html, and version 1), where a group has no more than
any of those that it is in.
"""

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from aecluster.errors import InputError

LEAST_MEMORY = 700 * 10**6  # bytes: 60 photographs were grouped with 800 MB, and not with 600

_ROOT = Path("/")


def cores(root: Path = _ROOT) -> int:
    """Return how many cores this process may use: those it is bound to, and no more whole ones
    than a container's quota pays for; at least one.

    Parameters
    ----------
    root : path
        Where /proc and /sys are.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    seen = len(affinity(0)) if affinity else os.cpu_count()
    return max(1, int(min([seen, *_limits(root, "cpu", _quota)])))


def memory(root: Path = _ROOT) -> int:
    """Return the bytes of memory that all processes here may have together.

    Parameters
    ----------
    root : path
        As in `cores`.
    """
    all_of_it = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return int(min([all_of_it, *_limits(root, "memory", _bytes)]))


def check_memory(there_is: int) -> None:
    """Raise InputError if so many bytes of memory are too few for any run."""
    if there_is < LEAST_MEMORY:
        raise InputError(
            f"aecluster needs at least {LEAST_MEMORY // 10**6} MB of memory, but this machine or "
            f"container allows {there_is // 10**6} MB; raise that limit."
        )


def processor() -> str:
    """Return the name of the processor, as well as this system tells it."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return platform.processor() or platform.machine()


def _limits(root: Path, controller: str, read: Callable[[Path], float]) -> Iterator[float]:
    """Return the limits of the groups that this process is in; one whose files are not there, or
    hold no number ("max"), has none."""
    for folder in _groups(root, controller):
        with suppress(OSError, ValueError):
            yield read(folder)


def _quota(group: Path) -> float:
    if (group / "cpu.max").exists():
        quota, period = (group / "cpu.max").read_text().split()
        return int(quota) / int(period)
    quota = int((group / "cpu.cfs_quota_us").read_text())
    if quota < 0:
        raise ValueError("no quota")
    return quota / int((group / "cpu.cfs_period_us").read_text())


def _bytes(group: Path) -> float:
    file = group / "memory.max"
    return int((file if file.exists() else group / "memory.limit_in_bytes").read_text())


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Return the folders of the groups that this process is in, up to the root of each tree."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        # version 1 has a tree for each controller, version 2 one of all
        tree = root / "sys/fs/cgroup" / (controller if controllers else "")
        group = tree / path.lstrip("/")
        # A container may see its group as the root of the tree, and its path as that of the host.
        yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(tree))
