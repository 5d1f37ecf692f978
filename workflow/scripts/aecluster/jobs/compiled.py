"""Keep what numba compiles from one process to the next.

Libraries ask numba to keep only some of their functions. UMAP compiles the others again in every
process, which takes ten times as long as to embed a thousand images.
"""

import sys
from contextlib import suppress


def keep_compiled(*packages: str) -> None:
    """Let numba keep on disk all functions of packages that are loaded.

    Where it can write nowhere, they are compiled as before.
    """
    from numba.core.dispatcher import Dispatcher

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in packages:
            for value in list(vars(module).values()):
                if isinstance(value, Dispatcher):
                    keep(value)


def keep(function) -> None:
    """Let numba keep a function on disk: beside its module, or in the user's cache folder."""
    with suppress(RuntimeError):  # numba's word for nowhere to write to
        function.enable_caching()
