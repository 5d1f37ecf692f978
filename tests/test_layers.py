"""Imports go downwards in the table of docs/design.md, and never in a circle."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "workflow/scripts"
LIBRARY = SCRIPTS / "aecluster"
# `sources/description.py` divides images by the rule of the scores, as docs/design.md says.
EXCEPTIONS = {("aecluster.sources.description", "aecluster.scoring.split")}
PLANNING = {"aecluster.experiment.experiment", "aecluster.results"}


def layers() -> dict[str, int]:
    """Read the layer of each package and module from the table."""
    text = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| ([^|]+) \|", text, re.MULTILINE)
    return {name: int(layer) for layer, names in rows for name in re.findall(r"`(\w+)`", names)}


def layer_of(module: str, table: dict[str, int]) -> int:
    """Return the layer of the package that a module is in, or of the module itself."""
    return table[module.split(".")[1]]


def module_name(file: Path) -> str:
    parts = file.relative_to(SCRIPTS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): file for file in LIBRARY.rglob("*.py")}


def imports(file: Path) -> set[str]:
    """Return the modules of the library that a file imports, anywhere in it."""
    written = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            written |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            written |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return written & MODULES.keys() - {"aecluster"}


def test_the_table_names_all_packages_and_modules():
    assert layers().keys() == {module.split(".")[1] for module in MODULES if "." in module}


def test_imports_go_downwards():
    table = layers()
    upwards = {
        (module, imported)
        for module, file in MODULES.items()
        for imported in imports(file)
        if module.split(".")[1] != imported.split(".")[1]
        and layer_of(imported, table) >= max(layer_of(module, table), 1)
    }
    assert upwards == EXCEPTIONS


def test_no_modules_import_each_other():
    graph = {module: imports(file) - {module} for module, file in MODULES.items()}
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert len(order) == len(set(order)) >= len(graph) - 1


def scripts_of_rules() -> list[str]:
    smk = "\n".join(file.read_text() for file in (ROOT / "workflow/rules").glob("*.smk"))
    scripts = re.findall(r'"\.\./scripts/(\w+\.py)"', smk)
    assert len(scripts) > 30
    return scripts


def test_scripts_are_told_where_results_are():
    for script in scripts_of_rules():
        assert not re.search(r"\.parents?\b|results/", (SCRIPTS / script).read_text()), script


def test_no_job_imports_what_plans_jobs():
    """Otherwise every change there would make all jobs run again."""
    for script in scripts_of_rules():
        reached, waiting = set(), [SCRIPTS / script]
        while waiting:
            new = imports(waiting.pop()) - reached
            reached |= new
            waiting += [MODULES[module] for module in new]
        assert not reached & PLANNING, script
