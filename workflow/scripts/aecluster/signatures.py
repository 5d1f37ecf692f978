"""Read what a function or class takes, without importing it.

The workflow checks the config before any job starts, and must not load torch or scikit-learn for
it. So signatures are read from the source text.
"""

import ast
import importlib.machinery
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aecluster.errors import InputError

_MISSING = object()


@dataclass(frozen=True)
class Signature:
    """The keyword arguments of a callable: name -> default, or `Signature.required`.

    `open_ended` is True where it takes any keyword (`**kwargs`) or cannot be read.
    """

    arguments: dict[str, object]
    open_ended: bool = False
    required = _MISSING


@cache
def find_module(name: str) -> Path | None:
    """Return the file of a module by its dotted name, None if there is none. Imports nothing."""
    path: list[str] | None = list(sys.path)
    file = None
    for depth in range(1, name.count(".") + 2):
        full = ".".join(name.split(".")[:depth])
        spec = importlib.machinery.PathFinder.find_spec(full, path)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or [])
        file = spec.origin
    return Path(file) if file else None


def public_names(module: str) -> list[str] | None:
    """Return the names a module defines or imports, None if only importing it would tell."""
    tree = _tree(module)
    if tree is None:
        return None
    names = []
    for node in _statements(tree.body):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names += [alias.asname or alias.name for alias in node.names]
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    if "*" in names or "__getattr__" in names:
        return None
    return [name for name in names if not name.startswith("_")]


@cache
def constant(module: str, name: str) -> object:
    """Return the literal that a module gives a name at its top level, None if there is none.

    Raises
    ------
    InputError
        If the name is given an expression, whose value only importing the module would tell.
    """
    tree = _tree(module)
    for node in tree.body if tree else []:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if name not in map(ast.unparse, targets):
            continue
        try:
            return ast.literal_eval(node.value)
        except ValueError:
            raise InputError(
                f"{find_module(module)}, line {node.lineno}: {name} must be a plain value, such as "
                f"10_000, and is `{ast.unparse(node.value)}`; write the value itself."
            ) from None
    return None


def signature(module: str, name: str) -> Signature:
    """Return the signature of a function, or of a class's __init__, found by its import path.

    A name that the module imports from another one is followed there; an inherited __init__ is
    followed to the base class.
    """
    found = _definition(module, name)
    if found is None:
        return Signature({}, open_ended=True)
    where, node = found
    if isinstance(node, ast.FunctionDef):
        return _of_function(node, skip_self=False)
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return _of_function(part, skip_self=True)
    for base in node.bases:
        if isinstance(base, ast.Name):
            return signature(where, base.id)
    return Signature({}, open_ended=True)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements of a module, those inside of `try` and `if` too."""
    for node in body:
        yield node
        if isinstance(node, ast.Try | ast.If | ast.With):
            for part in ("body", "handlers", "orelse", "finalbody"):
                yield from _statements(getattr(node, part, []))
        elif isinstance(node, ast.ExceptHandler):
            yield from _statements(node.body)


def _definition(module: str, name: str, depth: int = 0):
    tree = _tree(module)
    if tree is None or depth > 5:
        return None
    for node in _statements(tree.body):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return module, node
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _definition(_absolute(module, node), alias.name, depth + 1)
    return None


def _absolute(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    file = find_module(module)
    package = module.split(".")
    if file is None or file.name != "__init__.py":
        package = package[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


@cache
def _tree(module: str) -> ast.Module | None:
    file = find_module(module)
    if file is None or file.suffix != ".py":
        return None
    try:
        return ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line}: " if line else ""
        raise InputError(f"{file} is not valid Python ({where}{error.args[0]}).") from error


def _of_function(node: ast.FunctionDef, *, skip_self: bool) -> Signature:
    positional = [*node.args.posonlyargs, *node.args.args][int(skip_self) :]
    defaults = [_MISSING] * (len(positional) - len(node.args.defaults)) + [
        _literal(default) for default in node.args.defaults
    ]
    arguments = dict(zip((a.arg for a in positional), defaults, strict=True))
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        arguments[argument.arg] = _MISSING if default is None else _literal(default)
    return Signature(arguments, open_ended=node.args.kwarg is not None)


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
