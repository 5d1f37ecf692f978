"""What a file of code means and what it imports, from its syntax tree.

Parsing all files takes a fifth of a second at each start. `python -m aecluster.jobs.syntax`, a
part of the installation, stores the results beside the compiled files; only a file that has changed
since is parsed again.
"""

import ast
import contextlib
import hashlib
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from aecluster.jobs.artifacts import save_text

_KEPT = Path(__file__).with_name("__pycache__") / f"syntax.{sys.implementation.cache_tag}.json"
_BLOCKS = "body", "orelse", "finalbody", "handlers", "cases"  # where statements hold others
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Syntax(NamedTuple):
    """Of one file.

    Attributes
    ----------
    digest : str
        Of its syntax tree, without docstrings, comments and layout.
    imports : tuple of (int, str)
        What it may import: the number of leading dots, and the name.
    """

    digest: str
    imports: tuple[tuple[int, str], ...]


def syntax_of(code: bytes, file: Path) -> Syntax:
    """Return what a file means.

    Parameters
    ----------
    code : bytes
        Its content.
    file : path
        Its name, for errors.

    Raises
    ------
    SyntaxError
    """
    if kept := _kept().get(_digest(code)):
        digest, imports = kept
        return Syntax(digest, tuple(map(tuple, imports)))
    tree = ast.parse(code, filename=str(file))
    imports = []
    for node in _statements(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        imports += _imported_names(node)
    return Syntax(_digest(ast.dump(tree).encode()), tuple(imports))


def keep(folder: Path) -> None:
    """Store what all files below a folder mean, but for those that do not parse."""
    files = {}
    for file in folder.rglob("*.py"):
        code = file.read_bytes()
        with contextlib.suppress(SyntaxError, ValueError):  # ValueError: null bytes
            files[_digest(code)] = syntax_of(code, file)
    save_text(_KEPT, json.dumps({"made_by": _own_digest(), "files": files}))


@cache
def _kept() -> dict[str, tuple[str, list]]:
    """Return what is stored, by the digest of the content; nothing if other code wrote it."""
    try:
        kept = json.loads(_KEPT.read_bytes())
        return kept["files"] if kept["made_by"] == _own_digest() else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _own_digest() -> str:
    return _digest(Path(__file__).read_bytes())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield a module and all that holds or is a statement in it; expressions hold none."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in _BLOCKS:
            waiting += getattr(node, name, ())


def _imported_names(node: ast.AST) -> list[tuple[int, str]]:
    """Return (level, name) of what one statement imports; the level counts leading dots."""
    if isinstance(node, ast.Import):
        return [(0, alias.name) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        # `from package import name`: the name may be a module of the package.
        module = node.module or ""
        names = [module, *(f"{module}.{alias.name}".strip(".") for alias in node.names)]
        return [(node.level, name) for name in names if name]
    return []


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # a folder that cannot be written to, a full disk
        keep(Path(__file__).parents[2])
