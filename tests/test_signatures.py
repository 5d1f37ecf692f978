"""Signatures read from source text agree with those that Python finds by importing."""

import ast
import importlib
import inspect
import os
import subprocess
import sys

import pytest

from aecluster.errors import InputError
from aecluster.methods import short_names, takes
from aecluster.signatures import Signature, constant, find_module, public_names, signature

CLASSES = [
    "sklearn.decomposition.NMF",
    "sklearn.decomposition.FastICA",
    "sklearn.decomposition.PCA",
    "sklearn.decomposition.KernelPCA",
    "sklearn.decomposition.MiniBatchSparsePCA",
    "sklearn.kernel_approximation.Nystroem",
    "sklearn.manifold.TSNE",
    "sklearn.manifold.SpectralEmbedding",
    "sklearn.random_projection.GaussianRandomProjection",
    "sklearn.cluster.Birch",
    "sklearn.cluster.KMeans",
    "sklearn.cluster.BisectingKMeans",
    "sklearn.cluster.FeatureAgglomeration",
    "sklearn.cluster.SpectralClustering",
    "sklearn.cluster.HDBSCAN",
    "sklearn.mixture.GaussianMixture",
    "sklearn.mixture.BayesianGaussianMixture",
    "openTSNE.TSNE",
    *(f"aecluster.models.{name}.Network" for name in short_names("models")),
    *(f"aecluster.reductions.{name}.make" for name in short_names("reductions")),
    *(f"aecluster.clusterings.{name}.make" for name in short_names("clusterings")),
    *(f"aecluster.sources.{name}.load" for name in short_names("sources")),
]


@pytest.mark.parametrize("path", CLASSES)
def test_as_python_sees_it(path):
    module, _, name = path.rpartition(".")
    read = signature(module, name)
    real = inspect.signature(getattr(importlib.import_module(module), name)).parameters.values()
    assert list(read.arguments) == [p.name for p in real if p.kind is not p.VAR_KEYWORD]
    assert read.open_ended == any(p.kind is p.VAR_KEYWORD for p in real)
    for parameter in real:
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        default = read.arguments[parameter.name]
        if parameter.default is parameter.empty:
            assert default is Signature.required
        elif isinstance(parameter.default, int | float | str | tuple | None):
            assert default == parameter.default and type(default) is type(parameter.default)
        else:
            assert default is None, "a default that is no literal is not known"


@pytest.mark.parametrize(
    "name", ["json", "sklearn", "sklearn.cluster", "numpy.linalg", "aecluster.models.baseline"]
)
def test_find_module_gives_the_file_that_import_would(name):
    assert str(find_module(name)) == importlib.import_module(name).__file__


@pytest.mark.parametrize(
    "name", ["no_such", "sklearn.no_such", "json.decoder.no_such", "no_such.cluster", "absent.part"]
)
def test_find_module_without_a_module(name):
    assert find_module(name) is None


def test_nothing_is_imported():
    code = """
import sys
from aecluster.methods import short_names, takes
from aecluster.signatures import find_module, public_names, signature
for kind in ("sources", "models", "reductions", "clusterings"):
    for name in short_names(kind):
        takes(kind, name)
for name in ("torch.nn", "sklearn.cluster", "matplotlib.pyplot"):
    assert find_module(name)
assert "KMeans" in public_names("sklearn.cluster")
assert "n_clusters" in signature("sklearn.cluster", "KMeans").arguments
heavy = {"torch", "sklearn", "scipy", "numpy", "pandas", "matplotlib", "openTSNE", "umap"}
print(sorted(heavy & set(sys.modules)))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == "[]\n"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write modules of a package `pack` that Python can import."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "pack").mkdir()

    def write(**modules):
        for name, text in modules.items():
            (tmp_path / "pack" / f"{name}.py").write_text(text)
        find_module.cache_clear()
        ast_cache.cache_clear()

    from aecluster.signatures import _tree as ast_cache

    yield write
    find_module.cache_clear()
    ast_cache.cache_clear()


def test_imports_and_base_classes_are_followed(package):
    package(
        __init__="from .inner import Inner as Outer\nfrom .functions import make\n",
        inner="from .base import Base\n\n\nclass Inner(Base):\n    a = 1\n",
        base="class Base:\n    def __init__(self, x, /, y=-1, *, z, w=[1]):\n        pass\n",
        functions="def make(a, b=None, *args, **more):\n    pass\n",
    )
    required = Signature.required
    assert signature("pack", "Outer") == Signature(
        {"x": required, "y": -1, "z": required, "w": [1]}
    )
    assert signature("pack", "make") == Signature({"a": required, "b": None}, open_ended=True)
    assert signature("pack.inner", "Missing").open_ended


def test_names_of_a_module(package):
    package(
        __init__="",
        module="from os import path as where\nimport json\nVALUE = 1\n_hidden = 2\n"
        "class Kind: pass\ndef function(): inside = 1\n"
        "try:\n    from fast import Quick\nexcept ImportError:\n    class Slow: pass\n",
    )
    assert set(public_names("pack.module")) >= {
        "where",
        "VALUE",
        "Kind",
        "function",
        "Quick",
        "Slow",
    }
    assert not {"_hidden", "inside", "path"} & set(public_names("pack.module"))
    assert public_names("pack.missing") is None


@pytest.mark.parametrize("code", ["from .other import *\n", "def __getattr__(name): return 1\n"])
def test_names_that_only_running_tells(package, code):
    package(__init__=code, other="class A: pass\n")
    assert public_names("pack") is None


@pytest.mark.parametrize("code", ["def broken(:\n", "x = '\n", "\0"])
def test_a_module_that_is_not_python(package, code):
    package(__init__="", wrong=code)
    with pytest.raises(InputError, match=r"pack.wrong\.py.* is not valid Python"):
        signature("pack.wrong", "Anything")


def test_an_extension_module_is_open_ended():
    compiled = next(
        name
        for name in ("sklearn.cluster._k_means_common", "numpy.linalg._umath_linalg")
        if find_module(name)
    )
    assert public_names(compiled) is None and signature(compiled, "Anything").open_ended


def test_takes_of_a_class_by_path():
    assert "n_components" in takes("reductions", "sklearn.decomposition.NMF").arguments
    assert "dim" in takes("reductions", "pca").arguments
    assert ast.literal_eval("1") == 1


def test_constants_are_plain_values_or_refused(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "declares.py").write_text(
        "A = 10_000\nB: int = 3\nC = D = 'x'\nE = 10 * 1000\nF: int\ndef G(): H = 1\n"
    )
    found = {name: constant("declares", name) for name in "ABCDFGH"}
    assert found == {"A": 10_000, "B": 3, "C": "x", "D": "x", "F": None, "G": None, "H": None}
    with pytest.raises(InputError, match=r"declares.py, line 4: E must be a plain value"):
        constant("declares", "E")
