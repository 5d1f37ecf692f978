"""The digest of code: other meaning, other digest; other text alone, the same digest."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aecluster.jobs import syntax
from aecluster.jobs.digest import code_digest
from aecluster.jobs.syntax import syntax_of

SCRIPTS = Path(__file__).parent.parent / "workflow/scripts"

# A small project: job -> first -> second, job -> (lazily) lazy, relatives, a method by name.
FILES = {
    "job.py": '''"""A job."""
import aecluster.first
from aecluster.deep import chosen
with open("x") as file:
    from aecluster.lazy import run
    run(aecluster.first.work(1))
''',
    "other.py": "import aecluster.unrelated\n",
    "helper.py": "Y = 1\n",
    "aecluster/__init__.py": "",
    "aecluster/first.py": '''"""Work."""
import json
from aecluster.second import twice

class Worker:
    """A worker."""

    def work(self, x):
        """Do it."""
        # twice
        return twice(x)

async def slow():
    """Slowly."""
    return 1

def work(x):
    import aecluster.inside.function as renamed
    return Worker().work(x) + renamed.VALUE
''',
    "aecluster/second.py": "def twice(x):\n    return 2 * x\n",
    "aecluster/lazy.py": "from helper import Y\ndef run(x):\n    return x\n",
    "aecluster/unrelated.py": "X = 1\n",
    "aecluster/deep/__init__.py": "",
    "aecluster/deep/chosen.py": """from . import sibling
from .near import name
from ..up import f
""",
    "aecluster/deep/sibling.py": "S = 1\n",
    "aecluster/deep/near.py": "name = 1\n",
    "aecluster/deep/unused.py": "U = 1\n",
    "aecluster/up.py": "f = 1\n",
    "aecluster/inside/__init__.py": "from .helpers import *\n",
    "aecluster/inside/helpers.py": "H = 1\n",
    "aecluster/inside/function.py": "VALUE = 1\n",
    "aecluster/methods/__init__.py": "",
    "aecluster/methods/a.py": "from aecluster.methods.shared import Z\n",
    "aecluster/methods/b.py": "B = 1\n",
    "aecluster/methods/shared.py": "Z = 1\n",
}


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "scripts"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "aecluster/jobs").mkdir()
    shutil.copy(SCRIPTS / "aecluster/jobs/digest.py", root / "aecluster/jobs/digest.py")
    return root


def digest(root, script="job.py", modules=("aecluster.methods.a",)):
    """Ask the copy of digest.py of a project, loaded anew: it keeps what it has read."""
    spec = importlib.util.spec_from_file_location("digest_copy", root / "aecluster/jobs/digest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.code_digest(root / script, *modules)


def edit(root, file, old, new):
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new))


@pytest.mark.parametrize(
    "file, old, new",
    [
        ("job.py", '"""A job."""', '"""Another\njob."""'),
        ("job.py", '"""A job."""\n', ""),
        ("job.py", "import aecluster.first", "# comment\n\nimport aecluster.first  # comment"),
        (
            "job.py",
            "    run(aecluster.first.work(1))",
            "    run(\n        aecluster.first.work(1),\n    )",
        ),
        ("job.py", 'open("x")', "open('x')"),
        ("aecluster/first.py", '"""Work."""', "'''Other words.'''"),
        ("aecluster/first.py", '    """A worker."""\n\n', ""),
        ("aecluster/first.py", '        """Do it."""\n', '        """Done."""\n'),
        ("aecluster/first.py", '    """Slowly."""\n', ""),
        ("aecluster/first.py", "        # twice\n", "\n"),
        ("aecluster/second.py", "return 2 * x", "return (2 * (x))"),
        ("aecluster/__init__.py", "", "# nothing\n"),
    ],
)
def test_text_alone_does_not_count(project, file, old, new):
    before = digest(project)
    edit(project, file, old, new)
    assert digest(project) == before


@pytest.mark.parametrize(
    "file, old, new",
    [
        ("job.py", "work(1)", "work(2)"),
        ("aecluster/first.py", "twice(x)", "twice(x + 1)"),
        ("aecluster/second.py", "2 * x", "3 * x"),  # imported by an imported module
        ("aecluster/second.py", "2 * x", "x * 2"),
        ("aecluster/second.py", "twice(x)", "twice(x, y=1)"),
        ("aecluster/lazy.py", "return x", "return -x"),  # imported inside a block
        ("aecluster/inside/function.py", "1", "2"),  # imported inside a function, `as` a name
        ("aecluster/deep/chosen.py", "f\n", "f\nC = 1\n"),  # from package import module
        ("aecluster/deep/sibling.py", "1", "2"),  # from . import module
        ("aecluster/deep/near.py", "1", "2"),  # from .module import name
        ("aecluster/up.py", "1", "2"),  # from ..module import name
        ("aecluster/__init__.py", "", "import os\n"),  # runs with every module of the package
        ("aecluster/deep/__init__.py", "", "P = 1\n"),
        ("aecluster/inside/__init__.py", "\n", "\nP = 1\n"),  # import package.module as name
        ("aecluster/inside/helpers.py", "1", "2"),  # relative import in an __init__
        ("aecluster/methods/__init__.py", "", "P = 1\n"),  # package of a module by argument
        ("aecluster/methods/a.py", "Z\n", "Z\nA = 1\n"),  # named by argument
        ("aecluster/methods/shared.py", "1", "2"),  # imported by the named one
        ("helper.py", "1", "2"),  # a module beside the package
    ],
)
def test_code_that_runs_counts(project, file, old, new):
    before = digest(project)
    edit(project, file, old, new)
    assert digest(project) != before


@pytest.mark.parametrize(
    "file",
    ["aecluster/unrelated.py", "other.py", "aecluster/deep/unused.py", "aecluster/methods/b.py"],
)
def test_unrelated_code_does_not_count(project, file):
    before = digest(project)
    edit(project, file, "1" if "1" in FILES[file] else "\n", "2\n")
    assert digest(project) == before
    (project / file).unlink()
    assert digest(project) == before


def test_the_named_method_counts_and_only_it(project):
    a, b, none = (
        digest(project, modules=names)
        for names in (["aecluster.methods.a"], ["aecluster.methods.b"], [])
    )
    assert len({a, b, none}) == 3
    edit(project, "aecluster/methods/b.py", "1", "2")
    assert digest(project) == a
    assert digest(project, modules=["aecluster.methods.b"]) != b
    assert digest(project, modules=[]) == none


def test_a_method_of_equal_text_and_another_name_is_another(project):
    shutil.copy(project / "aecluster/methods/a.py", project / "aecluster/methods/aa.py")
    assert digest(project) != digest(project, modules=["aecluster.methods.aa"])


def test_a_module_that_is_not_the_projects_counts_by_nothing(project):
    assert digest(project, modules=["sklearn.cluster"]) == digest(project, modules=[])


def test_a_moved_function_counts(project):
    """Equal text in another module is other code."""
    before = digest(project)
    edit(
        project,
        "aecluster/second.py",
        "def twice(x):\n    return 2 * x\n",
        "from aecluster.third import twice\n",
    )
    (project / "aecluster/third.py").write_text(FILES["aecluster/second.py"])
    assert digest(project) != before


def test_contents_of_two_modules_swapped_count(project):
    before = digest(project)
    (project / "aecluster/deep/sibling.py").write_text("f = 1\n")
    (project / "aecluster/up.py").write_text("S = 1\n")
    assert digest(project) != before


def test_the_place_of_the_repository_does_not_count(project, tmp_path):
    moved = tmp_path / "elsewhere" / "deeper" / "code"
    shutil.copytree(project, moved)
    assert digest(moved) == digest(project)
    shutil.move(project / "job.py", project / "renamed.py")
    assert digest(project, "renamed.py") == digest(moved)


@pytest.mark.parametrize(
    "block",
    [
        "if x:\n    pass\nelse:\n    {}",
        "for x in ():\n    pass\nelse:\n    {}",
        "async def f():\n    async with x:\n        {}",
        "try:\n    {}\nexcept OSError:\n    pass",
        "try:\n    pass\nexcept OSError:\n    {}",
        "try:\n    pass\nexcept* OSError:\n    {}",
        "try:\n    pass\nexcept OSError:\n    pass\nelse:\n    {}",
        "try:\n    pass\nfinally:\n    {}",
        "match x:\n    case 1:\n        {}",
        "class C:\n    {}",
    ],
)
def test_an_import_counts_in_any_block(project, block):
    (project / "job.py").write_text(block.format("import aecluster.unrelated") + "\n")
    before = digest(project)
    edit(project, "aecluster/unrelated.py", "1", "2")
    assert digest(project) != before


def test_circular_imports_end(project):
    edit(project, "aecluster/second.py", "def", "import aecluster.first\n\n\ndef")
    before = digest(project)
    edit(project, "aecluster/first.py", "return 1", "return 2")
    assert digest(project) != before


@pytest.mark.parametrize(
    "script, modules, file, counts",
    [
        ("train.py", ["aecluster.models.deeper"], "models/deeper.py", True),
        ("train.py", ["aecluster.models.deeper"], "models/blocks.py", True),
        ("train.py", ["aecluster.models.deeper"], "models/baseline.py", False),
        ("train.py", ["aecluster.models.deeper"], "training/augmentation.py", True),
        ("train.py", ["aecluster.models.deeper"], "training/latents.py", False),
        ("train.py", ["aecluster.models.deeper"], "metrics/matching.py", False),
        ("reduce.py", ["aecluster.reductions.pca"], "reductions/limits.py", True),
        ("reduce.py", ["aecluster.reductions.pca"], "reductions/tsne.py", False),
        ("cluster.py", ["aecluster.clusterings.gmm"], "clusterings/gmm.py", True),
        ("cluster.py", ["aecluster.clusterings.gmm"], "clusterings/kmeans.py", False),
        ("cluster.py", ["aecluster.clusterings.gmm"], "training/fit.py", False),
        ("score.py", [], "metrics/matching.py", True),
        ("score.py", [], "scoring/split.py", True),
        ("score.py", [], "scoring/summary.py", False),
        ("score.py", [], "training/fit.py", False),
        ("gather_evidence.py", [], "statistics/null.py", True),
        ("gather_evidence.py", [], "report/section.py", False),
        ("gather_evidence.py", [], "scoring/summary.py", False),
        ("summarise.py", [], "scoring/summary.py", True),
        ("summarise.py", [], "report/intervals.py", True),
    ],
)
def test_the_projects_own_scripts(tmp_path, script, modules, file, counts):
    root = tmp_path / "scripts"
    shutil.copytree(SCRIPTS, root, ignore=shutil.ignore_patterns("__pycache__"))
    before = digest(root, script, modules)
    with (root / "aecluster" / file).open("a") as code:
        code.write("\n\n# only a comment\n")
    assert digest(root, script, modules) == before
    with (root / "aecluster" / file).open("a") as code:
        code.write("ADDED = 1\n")
    assert (digest(root, script, modules) != before) == counts


# What an installation keeps of the files, so that no start reads all of them.


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Files of code, what they mean, and the file that keeps it."""
    monkeypatch.setattr(syntax, "_KEPT", tmp_path / "kept" / "syntax.json")
    monkeypatch.setattr(syntax, "_kept", syntax._kept.__wrapped__)
    code = tmp_path / "code"
    (code / "inner").mkdir(parents=True)
    (code / "a.py").write_text('"""Words."""\nimport os\nfrom ..b import c\n')
    (code / "inner/empty.py").touch()
    meant = {file: syntax_of(file.read_bytes(), file) for file in code.rglob("*.py")}
    syntax.keep(code)
    return meant, syntax._KEPT


def test_what_is_kept_is_what_reading_gives(kept, monkeypatch):
    meant, _ = kept
    assert {len(each.imports) for each in meant.values()} == {0, 3}
    monkeypatch.setattr(syntax.ast, "parse", None)  # nothing is read
    assert {file: syntax_of(file.read_bytes(), file) for file in meant} == meant


def test_another_content_is_read_whatever_is_kept(kept):
    meant, _ = kept
    for file, before in meant.items():
        assert syntax_of(file.read_bytes() + b"\nimport json\n", file).digest != before.digest


@pytest.mark.parametrize("spoil", ["made_by", "half", "nothing", "list", "empty"])
def test_what_other_code_has_kept_or_only_half_is_not_used(kept, spoil):
    meant, path = kept
    content = json.loads(path.read_text())
    content["files"] = {name: ["wrong", []] for name in content["files"]}
    text = json.dumps({**content, "made_by": "other code"})
    spoilt = {"made_by": text, "half": text[:40], "nothing": "", "list": "[]", "empty": "{}"}
    path.write_text(spoilt[spoil])
    assert {file: syntax_of(file.read_bytes(), file) for file in meant} == meant


def test_what_the_installation_runs_stores_what_a_start_needs(tmp_path):
    """In a copy, whose own digests are asked for where nothing can be parsed."""
    root = tmp_path / "scripts"
    shutil.copytree(SCRIPTS, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "broken.py").write_text("def\n")
    ask = (
        "import ast, sys; sys.path.insert(0, '.'); ast.parse = None\n"
        "from aecluster.jobs.digest import code_digest\n"
        "print(code_digest('train.py', 'aecluster.models.deeper'))"
    )
    python = {"cwd": root, "capture_output": True, "text": True}
    assert subprocess.run([sys.executable, "-c", ask], **python).returncode == 1
    subprocess.run([sys.executable, "-m", "aecluster.jobs.syntax"], check=True, **python)
    found = subprocess.run([sys.executable, "-c", ask], check=True, **python).stdout.strip()
    assert found == code_digest(SCRIPTS / "train.py", "aecluster.models.deeper")
