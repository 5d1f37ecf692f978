"""A digest of the code that a job runs: what Snakemake does not see by itself.

Snakemake looks at the time stamp of a script and never at the modules it imports. The digest here
is of meaning, not of text: the syntax trees of the script and of every module of the project that
it imports, directly or not, without docstrings, comments and layout.
"""

import hashlib
from functools import cache
from pathlib import Path

from aecluster.jobs.syntax import Syntax, syntax_of

_FOLDER = Path(__file__).resolve().parents[2]  # that the package lies in
_behind: dict[str, tuple[dict[str, Path], frozenset[str]]] = {}


def code_digest(script: str | Path, *modules: str, apart: str | None = None) -> str:
    """Return a hex digest of a script, the named modules and all project modules they import.

    Parameters
    ----------
    script : path
        The file that the job runs.
    modules : str
        Dotted names of modules that the script imports by name when it runs, such as
        `aecluster.models.deeper`.
    apart : str or None
        The dotted name of a module that the job runs in a process of its own. It counts like the
        others, but its libraries are not among those of the job.
    """
    reached, others = _reached(script, modules)
    if apart:
        reached |= _reached(script, (apart,))[0]
    parts = [f"{name} {_syntax(file).digest}" for name, file in sorted(reached.items())]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    _behind[digest] = (reached, frozenset(others))
    return digest


def modules_behind(digest: str) -> frozenset[str]:
    """Return the project's modules behind a digest that this process has made."""
    return frozenset(_behind[digest][0])


def libraries_behind(digest: str | None) -> frozenset[str] | None:
    """Return what else the code behind it imports: modules, and names in them that may be some.

    None for what is no digest that this process has made.
    """
    return _behind[digest][1] if digest in _behind else None


def digests_behind(digest: str) -> dict[str, str]:
    """Return the digest of each file behind one that this process has made.

    Files are named as seen from the folder that the package lies in, and sorted.
    """
    files = sorted(_behind[digest][0].values())
    return {_name_of(file): _syntax(file).digest[:16] for file in files}


def _reached(script: str | Path, modules: tuple[str, ...]) -> tuple[dict[str, Path], set[str]]:
    """Return the project's modules that code imports, with their files, and the names of others."""
    reached: dict[str, Path] = {}
    others: set[str] = set()
    waiting = [("script", Path(script)), *((name, _file_of(name)) for name in modules)]
    while waiting:
        name, file = waiting.pop()
        if file is None:
            if not _file_of(name.partition(".")[0]):
                others.add(name)
            continue
        if name in reached:
            continue
        reached[name] = file
        waiting += _imports(name, file)
    return reached, others


@cache
def _imports(name: str, file: Path) -> tuple[tuple[str, Path | None], ...]:
    """Return what a module may import, with the file of each that has one.

    Importing a module runs the __init__ of every package around it.
    """
    imported = [_absolute(written, level, name, file) for level, written in _syntax(file).imports]
    return tuple((each, _file_of(each)) for each in dict.fromkeys(_packages(name) + imported))


@cache
def _syntax(file: Path) -> Syntax:
    return syntax_of(file.read_bytes(), file)


def _absolute(imported: str, level: int, importer: str, file: Path) -> str:
    """Return the dotted name of a relative import (level > 0) of the module `importer`."""
    if not level:
        return imported
    package = importer.split(".")
    up = level - (file.name == "__init__.py")
    return ".".join([*package[: len(package) - up], imported])


def _packages(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts))]


def _name_of(file: Path) -> str:
    inside = file.is_relative_to(_FOLDER)
    return (file.relative_to(_FOLDER) if inside else Path(file.name)).as_posix()


@cache
def _file_of(module: str) -> Path | None:
    """Return the file of a module that lies beside this package (any importable user code too)."""
    path = _FOLDER.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None
