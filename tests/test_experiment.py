"""The config: the default one is complete, a wrong one is refused in one sentence."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aecluster.errors import InputError
from aecluster.experiment import checks
from aecluster.experiment.checks import check_experiment, latent_dim
from aecluster.experiment.schema import complete_experiment, nearest, taken_names, with_types
from aecluster.experiment.steps import methods_of, steps_to

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"

GOOD = """
seeds: [0, 1]
datasets:
  digits: {source: digits}
  few: {source: digits, limit: 60, trained_on: digits}
models:
  small: {architecture: baseline, latent_dim: 40, epochs: 2, augmentation: {flip: true}}
reductions:
  pca20: {method: pca, dim: 20}
  pca5: {method: pca, dim: 5, after: pca20}
  plain: {method: identity}
  nmf: {method: sklearn.decomposition.FastICA, dim: 3, params: {max_iter: 50}}
clusterings:
  kmeans: {method: kmeans, n_clusters: 3, on: [pca20, pca5]}
  dense: {method: hdbscan, on: [plain]}
  birch: {method: sklearn.cluster.Birch, n_clusters: 4, params: {threshold: 0.2}}
show: {indices: [1, 2]}
"""


def check(config):
    experiment = complete_experiment(config, SCHEMA)
    check_experiment(experiment)
    return experiment


def changed(path, value, config=None):
    """Return a copy of a config with one value set; a path such as `models.small.epochs`."""
    config = yaml.safe_load(GOOD) if config is None else copy.deepcopy(config)
    inner = config
    *parents, last = path.split(".")
    for key in parents:
        inner = inner.setdefault(key, {})
    inner[last] = value
    return config


def refusal(config):
    with pytest.raises(InputError) as caught:
        check(config)
    return str(caught.value)


def test_the_default_config_is_valid_and_complete():
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    experiment = check(config)
    assert check(experiment) == experiment, "completing again changes nothing"
    schema = yaml.safe_load(SCHEMA.read_text())
    assert set(experiment) == set(schema["properties"])
    kinds = {
        "datasets": "dataset",
        "models": "model",
        "reductions": "reduction",
        "clusterings": "clustering",
    }
    for section, kind in kinds.items():
        assert set(experiment[section]) == set(config[section])
        for name, item in experiment[section].items():
            assert set(item) == set(schema["definitions"][kind]["properties"])
            assert item.items() >= config[section][name].items() or section == "models"


def test_every_key_has_a_default_and_a_closed_list_of_keys():
    def visit(schema, where):
        for name, inner in schema.get("properties", {}).items():
            assert "default" in inner or "$ref" in inner, f"{where}.{name}"
            visit(inner, f"{where}.{name}")
        if schema.get("type") == "object" and not where.endswith("params"):
            assert "additionalProperties" in schema, where

    schema = yaml.safe_load(SCHEMA.read_text())
    visit(schema, "")
    for name, inner in schema["definitions"].items():
        visit(inner, name)


SHOWN = {
    "indices": [1, 2, 3, 6, 7, 9],
    "extremes": 6,
    "progress_clusters": 2,
    "n_clusters": False,
    "levels": False,
    "groups": "links",
    "math": True,
}
STILL = {"flip": False, "affine": 0, "crop": 0, "colour": 0, "hue": 0, "grey": 0}


def test_defaults_are_filled():
    experiment = check({})
    assert experiment["seeds"] == [0, 1, 2]
    assert experiment["datasets"]["photos"]["split"] == {"public": 0.5, "seed": 0}
    model = experiment["models"]["baseline"]
    assert model["augmentation"] == STILL
    assert model["latent_dim"] is None and model["params"] == {} and model["device"] == "cpu"
    assert experiment["reductions"]["pca20"]["after"] is None
    assert experiment["clusterings"]["kmeans"]["on"] is None
    assert experiment["show"] == SHOWN


def test_given_values_win_and_the_config_is_not_changed():
    config = yaml.safe_load(GOOD)
    experiment = check(config)
    assert config == yaml.safe_load(GOOD)
    model = experiment["models"]["small"]
    assert model["latent_dim"] == 40 and model["epochs"] == 2
    assert model["augmentation"] == STILL | {"flip": True}
    assert experiment["show"] == SHOWN | {"indices": [1, 2]}
    experiment["show"]["indices"].append(3)
    assert check({})["show"]["indices"] == [1, 2, 3, 6, 7, 9]


def reordered(value):
    if isinstance(value, dict):
        return {key: reordered(item) for key, item in reversed(value.items())}
    return value


def as_floats(value):
    if isinstance(value, dict):
        return {k: v if k == "params" else as_floats(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_floats(item) for item in value]
    return float(value) if type(value) is int else value


def spelled(value):
    """Tell 2 from 2.0 and true from 1."""
    if isinstance(value, dict):
        return {key: spelled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [spelled(item) for item in value]
    return repr(value)


@pytest.mark.parametrize("change", [reordered, as_floats])
def test_spelling_does_not_count(change):
    config = yaml.safe_load(GOOD)
    assert spelled(check(change(config))) == spelled(check(config))


def test_names_stay_in_the_order_of_the_file_and_seeds_are_sorted():
    config = changed("seeds", [3, 1, 2])
    one, two = check(config), check(reordered(config))
    assert one["seeds"] == two["seeds"] == [1, 2, 3]
    for section in ("datasets", "models", "reductions", "clusterings"):
        assert list(one[section]) == list(config[section]) == list(two[section])[::-1]


def test_values_of_the_command_line_get_their_types():
    given = {"a": ["1", "0.5", "true", "null", "pca", "1e-3", "[1]", "2024-01-01", ": :"], "b": 2}
    typed = with_types(given)
    assert spelled(typed["a"][:4]) == ["1", "0.5", "True", "None"] and typed["b"] == 2
    assert typed["a"][4:] == given["a"][4:]


def test_whole_numbers_stay_whole_and_others_become_floats():
    config = changed("models.small.learning_rate", 1)
    config["models"]["small"] |= {"epochs": 3.0, "weight_decay": 0, "latent_dim": 24.0}
    config["models"]["small"]["betas"] = [0, 0.5]
    model = check(config)["models"]["small"]
    assert spelled([model[key] for key in ("learning_rate", "weight_decay")]) == ["1.0", "0.0"]
    assert spelled(model["betas"]) == ["0.0", "0.5"]
    assert spelled([model[key] for key in ("epochs", "latent_dim")]) == ["3", "24"]


def test_unquoted_on_is_the_key_on():
    assert True in yaml.safe_load("{on: [pca20]}")
    assert check(yaml.safe_load(GOOD))["clusterings"]["kmeans"]["on"] == ["pca20", "pca5"]


def test_steps_and_latents():
    reductions = {"a": {"after": None}, "b": {"after": "a"}, "c": {"after": "b"}}
    assert steps_to(reductions, "c") == ["a", "b", "c"] and steps_to(reductions, "a") == ["a"]
    methods = {name: {**step, "method": f"m{name}"} for name, step in reductions.items()}
    assert methods_of(methods, "c") == ["ma", "mb", "mc"]
    models = {
        "small": {"architecture": "baseline", "latent_dim": None, "after": None},
        "seven": {"architecture": "baseline", "latent_dim": 7, "after": None},
        "course": {"architecture": "course", "latent_dim": None, "after": None},
        "refined": {"architecture": "dec", "latent_dim": None, "after": "seven"},
    }
    sizes = {name: latent_dim(model, models) for name, model in models.items()}
    assert sizes == {"small": 512, "seven": 7, "course": 4096, "refined": 7}


@pytest.mark.parametrize(
    "word, hint",
    [
        ("kmean", " Did you mean `kmeans`?"),
        ("KMEANS", ""),
        ("zzz", ""),
        (3, ""),
    ],
)
def test_nearest(word, hint):
    assert nearest(word, ["kmeans", "gmm"]) == hint


NOT_A_NAME = "is not allowed; use small letters, digits"
BAD = [
    # Unknown keys, at each level.
    ("seed", [1], "seed is not a key", "Did you mean `seeds`?", "Allowed: seeds, datasets,"),
    ("datasets.digits.sorce", "npy", "datasets.digits.sorce is not a key", "`source`"),
    ("datasets.digits.split.pubic", 0.5, "datasets.digits.split.pubic", "`public`"),
    ("models.small.epoch", 3, "models.small.epoch is not a key", "Did you mean `epochs`?"),
    ("models.small.augmentation.color", 1, "models.small.augmentation.color", "`colour`"),
    ("models.small.width", 8, "models.small.width is not a key", "params"),
    ("reductions.pca5.dims", 3, "reductions.pca5.dims is not a key", "Did you mean `dim`?"),
    ("clusterings.kmeans.k", 3, "clusterings.kmeans.k is not a key", "Allowed: method, n_clusters"),
    ("show.index", [1], "show.index is not a key", "Did you mean `indices`?"),
    # Types.
    ("seeds", 3, "seeds must be a list, but is 3"),
    ("seeds", None, "seeds must be a list, but is None"),
    ("seeds", [0, "1"], "seeds.1 must be a whole number", "the text '1'", "without quotes"),
    ("seeds", [True], "seeds.0 must be a whole number, but is true"),
    ("seeds", [0.5], "seeds.0 must be a whole number, but is 0.5"),
    ("datasets", [1], "datasets must be a mapping of keys to values"),
    ("datasets.digits", None, "datasets.digits must be a mapping of keys to values"),
    ("datasets.digits.balance", "yes", "datasets.digits.balance must be true or false"),
    ("datasets.digits.positive", "cat", "datasets.digits.positive must be a list or nothing"),
    ("models.small.epochs", "3", "models.small.epochs", "Write 3 without quotes"),
    ("models.small.epochs", 2.5, "models.small.epochs must be a whole number, but is 2.5"),
    ("models.small.learning_rate", "1e-3", "learning_rate", "Write 0.001 without quotes"),
    ("models.small.augmentation.flip", 1, "augmentation.flip must be true or false, but is 1"),
    ("models.small.params", [], "models.small.params must be a mapping"),
    ("reductions.pca5.method", 3, "reductions.pca5.method must be text, but is 3"),
    ("clusterings.kmeans.on", "pca20", "clusterings.kmeans.on must be a list or nothing (null)"),
    # Ranges.
    ("seeds", [], "seeds is empty; give at least 1"),
    ("seeds", [1, 2, 1], "seeds names something twice: [1, 2, 1]"),
    ("seeds", [-1], "seeds.0 is -1, but must be at least 0"),
    ("seeds", [2**32], "seeds.0 is 4294967296, but must be at most 4294967295"),
    ("datasets", {}, "datasets is empty; give at least 1"),
    ("datasets.digits.size", 7, "datasets.digits.size is 7, but must be at least 8"),
    ("datasets.digits.limit", 0, "datasets.digits.limit is 0, but must be at least 1"),
    ("datasets.digits.split.public", 0, "split.public is 0, but must be more than 0"),
    ("datasets.digits.split.public", 1, "split.public is 1, but must be less than 1"),
    ("models.small.epochs", 0, "models.small.epochs is 0, but must be at least 1"),
    ("models.small.batch_size", 0, "models.small.batch_size is 0, but must be at least 1"),
    ("models.small.learning_rate", 0, "learning_rate is 0, but must be more than 0"),
    ("models.small.learning_rate", 11, "learning_rate is 11, but must be at most 10"),
    ("models.small.latent_dim", 0, "models.small.latent_dim is 0, but must be at least 1"),
    ("models.small.noise", -0.1, "models.small.noise is -0.1, but must be at least 0"),
    ("models.small.optimizer", "adamm", "optimizer", "one of adam, adamw, sgd", "`adam"),
    ("models.small.schedule", None, "models.small.schedule is None, but must be one of constant"),
    (
        "models.small.learning_rate",
        float("nan"),
        "models.small.learning_rate is nan; give a finite",
    ),
    ("models.small.noise", float("inf"), "models.small.noise is inf; give a finite"),
    ("show.indices", [], "show.indices is empty"),
    ("models.small.betas", [0.9], "small.betas must have at least 2 values, but has 1"),
    ("models.small.betas", [0, 0, 0], "small.betas must have at most 2 values, but has 3"),
    ("models.small.betas", [0.9, 1], "small.betas.1 is 1, but must be less than 1"),
    ("show.extremes", 21, "show.extremes is 21, but must be at most 20"),
    # What YAML reads as something else.
    ("datasets.digits.images", yaml.safe_load("2024-01-01"), "images", "a date; put it in quotes"),
    ("datasets.digits.images", yaml.safe_load("!!binary aaaa"), "images", "a bytes; put it in"),
    ("seeds", yaml.safe_load("!!set {1}"), "seeds is {1}, a set; put it in quotes"),
    ("datasets", {1: {"source": "digits"}}, "datasets: the name 1 is not text", '("1")'),
    ("models", {None: {}}, "models: the name None is not text"),
    # Names.
    ("datasets", {"a/b": {}}, "datasets: the name 'a/b'", NOT_A_NAME),
    ("models", {"Small": {}}, "models: the name 'Small'", NOT_A_NAME),
    ("reductions", {"-pca": {}}, "reductions: the name '-pca'", NOT_A_NAME),
    ("reductions", {"": {}}, "reductions: the name ''", NOT_A_NAME),
    ("reductions", {"pca\n": {}}, "reductions: the name", NOT_A_NAME),
    ("clusterings", {"ä": {}}, "clusterings: the name 'ä'", NOT_A_NAME),
    ("clusterings", {"k" * 65: {}}, "clusterings: the name", NOT_A_NAME),
    ("datasets", {"math": {}}, "datasets: the name `math` is taken by the workflow"),
    ("datasets", {"logs": {}}, "the name `logs` is taken"),
    ("datasets", {"benchmarks": {}}, "the name `benchmarks` is taken"),
    ("datasets", {"bench": {}}, "the name `bench` is taken"),
    ("datasets", {"scaling": {}}, "the name `scaling` is taken"),
    ("datasets", {"report_files": {}}, "the name `report_files` is taken"),
    ("models", {"consensus": {}}, "the name `consensus` is taken"),
    # Methods.
    ("datasets.digits.source", "digit", "datasets.digits.source is `digit`", "`digits`"),
    ("datasets.digits.source", "sklearn.datasets.load", "source is `sklearn.datasets.load`"),
    ("models.small.architecture", "bseline", "models.small.architecture", "one of", "`baseline`"),
    ("models.small.architecture", "blocks", "but must be one of baseline, course, dec, deeper"),
    ("models.small.architecture", "torch.nn.Linear", "models.small.architecture is `torch.nn"),
    ("reductions.pca5.method", "pcaa", "reductions.pca5.method is `pcaa`", "`pca`", "import path"),
    ("reductions.pca5.method", "run", "reductions.pca5.method is `run`, but must be one of"),
    ("clusterings.kmeans.method", "../kmeans", "../kmeans", "no module"),
    ("clusterings.kmeans.method", "kmeens", "clusterings.kmeans.method", "mean `kmeans`?"),
    ("clusterings.kmeans.method", "no_such.Class", "no module no_such", "install it into .venv"),
    ("clusterings.kmeans.method", "sklearn.clusters.KMeans", "no module sklearn.clusters"),
    (
        "clusterings.kmeans.method",
        "sklearn.cluster.KMean",
        "sklearn.cluster has no KMean",
        "`KMeans`",
    ),
    (
        "clusterings.kmeans.method",
        ".KMeans",
        "clusterings.kmeans.method is `.KMeans`, but there is",
    ),
    ("clusterings.kmeans.method", "sklearn.cluster.", "is `sklearn.cluster.`, but there is"),
    # Params.
    ("models.small.params", {"widht": 8}, "models.small.params.widht", "it takes width", "`width`"),
    ("models.small.params", {"image_shape": 8}, "params.image_shape is not known to baseline"),
    ("models.small.params", {"latent_dim": 8}, "params.latent_dim is not known to baseline"),
    ("models.small.params", {"width": "8"}, "params.width must be", "number, but is '8'"),
    ("models.small.params", {"width": 8.5}, "params.width must be a whole number, but is 8.5"),
    ("models.small.params", {"width": True}, "params.width must be", "number, but is True"),
    ("models", {"c": {"architecture": "course", "params": {"width": 8}}}, "it takes none"),
    ("reductions.pca5.params", {"whitten": True}, "params.whitten", "`whiten`"),
    ("reductions.pca5.params", {"whiten": 1}, "params.whiten must be true or false, but is 1"),
    ("reductions.pca5.params", {"dim": 2}, "params.dim is not known to pca"),
    ("reductions.nmf.params", {"maxiter": 3}, "params.maxiter is not known", "`max_iter`"),
    ("reductions.nmf.params", {"max_iter": "3"}, "reductions.nmf.params.max_iter", "but is '3'"),
    ("clusterings.kmeans.params", {"ninit": 3}, "params.ninit is not known", "`n_init`"),
    ("clusterings.kmeans.params", {"random_state": 3}, "params.random_state is not known"),
    ("clusterings.birch.params", {"treshold": 1}, "params.treshold", "`threshold`"),
    # References.
    ("datasets.few.trained_on", "digit", "datasets.few.trained_on is `digit`", "`digits`"),
    ("datasets.few.trained_on", "few", "datasets.few.trained_on is few, which trains no models"),
    ("datasets.digits.trained_on", "few", "trained_on is few, which trains no models itself"),
    ("reductions.pca5.after", "pca2", "reductions.pca5.after is `pca2`", "`pca20`"),
    ("reductions.pca5.after", "pca5", "reductions.pca5.after goes in a circle (pca5 -> pca5)"),
    ("reductions.pca20.after", "pca5", "goes in a circle (pca20 -> pca5 -> pca20)"),
    ("clusterings.kmeans.on", ["pca"], "clusterings.kmeans.on is `pca`, which is not defined"),
    ("selection.criterion", "modularty", "criterion is `modularty`", "Did you mean `modularity`?"),
    ("selection.encoder", "resnet18", "selection.encoder: network is resnet18, but must be one of"),
    ("reference", {"reduction": "pca6"}, "reference.reduction is `pca6`", "Did you mean `pca5`?"),
    ("clusterings.kmeans.on", ["pca5", "pca5"], "clusterings.kmeans.on names something twice"),
    ("clusterings.kmeans.on", [], "clusterings.kmeans.on is empty"),
    # Sizes.
    ("reductions.pca20.dim", None, "reductions.pca20.dim is missing: method pca needs it"),
    ("reductions.plain.dim", 3, "reductions.plain.dim: method identity takes no dim"),
    ("reductions.pca20.dim", 41, "latents of models.small", "only 40 dimensions", "latent_dim"),
    ("reductions.pca5.dim", 21, "result of reductions.pca20", "has only 20 dimensions"),
    ("datasets.few.limit", 19, "reductions.pca20", "data set few", "only 19 images; lower dim"),
    ("reductions.pca5", {"method": "tsne", "dim": 3}, "dim is 3, but t-SNE draws in 1 or 2"),
    (
        "reductions.pca5",
        {"method": "tsne", "dim": 2},
        "params.perplexity must be below 20",
        "is 30.0",
    ),
    (
        "reductions.pca5",
        {"method": "tsne", "dim": 2, "params": {"perplexity": "5"}},
        "reductions.pca5.params.perplexity must be a number, but is '5'",
    ),
    ("reductions.pca5", {"method": "kernel_pca", "dim": 60}, "gives at most 59 dimensions"),
    (
        "reductions.pca5",
        {"method": "kernel_pca", "dim": 41, "params": {"kernel": "linear"}},
        "a linear kernel PCA of 40 numbers gives at most 40",
    ),
    (
        "reductions.nmf",
        {"method": "sklearn.preprocessing.StandardScaler", "dim": 3},
        "reductions.nmf.dim: method sklearn.preprocessing.StandardScaler takes no dim",
    ),
    (
        "models.deep",
        {"architecture": "dec", "after": "small", "params": {"centres": "umap"}},
        "models.deep: params.centres is umap, but must be one of kmeans, manifold",
    ),
    (
        "models.deep",
        {"architecture": "dec", "after": "small", "params": {"n_neighbors": 9}},
        "models.deep: params.n_neighbors applies only to `centres: manifold`, but centres is",
    ),
    ("clusterings.kmeans.n_clusters", 1, "clusterings.kmeans.n_clusters is 1", "at least 2"),
    ("clusterings.kmeans.n_clusters", 61, "n_clusters is 61, but data set few has only 60 images"),
    ("show.progress_clusters", 61, "show.progress_clusters is 61, but data set few has only 60"),
    ("show.progress_clusters", 1, "show.progress_clusters is 1, but must be at least 2"),
    ("clusterings.dense.n_clusters", 3, "method hdbscan finds the number of clusters itself"),
    (
        "clusterings.birch",
        {"method": "sklearn.cluster.DBSCAN", "n_clusters": 3},
        "clusterings.birch.n_clusters: method sklearn.cluster.DBSCAN finds the number",
    ),
    # Words and numbers that a method declares (ONE_OF, AT_LEAST).
    (
        "clusterings.kmeans.params",
        {"n_init": 0},
        "kmeans.params.n_init is 0, but must be at least 1",
    ),
    (
        "clusterings.kmeans.params",
        {"init": "kmeans++"},
        "clusterings.kmeans.params.init is `kmeans++`, but must be one of k-means++, random.",
        "Did you mean `k-means++`?",
    ),
    ("clusterings.kmeans.params", {"init": ["random"]}, "params.init is `['random']`, but must be"),
    *(
        (
            "clusterings.kmeans",
            {"method": method, "params": {param: value}},
            f"clusterings.kmeans.params.{param} {sentence}",
        )
        for method, param, value, sentence in [
            ("minibatch_kmeans", "n_init", 0, "is 0, but must be at least 1."),
            ("minibatch_kmeans", "init", "foo", "is `foo`, but must be one of k-means++, random."),
            ("agglomerative", "linkage", "warp", "is `warp`, but must be one of ward, complete"),
            ("merged_kmeans", "linkage", "warp", "is `warp`, but must be one of ward, complete"),
            ("gmm", "covariance_type", "foo", "is `foo`, but must be one of full, tied, diag"),
            ("gmm", "reg_covar", -1, "is -1, but must be at least 0."),
            ("hdbscan", "min_cluster_size", 0, "is 0, but must be at least 2."),
            ("hdbscan", "min_samples", 1.5, "must be a whole number, but is 1.5."),
        ]
    ),
    *(
        (
            "reductions.pca5",
            {"method": method, "dim": 2, "params": {param: value}},
            f"reductions.pca5.params.{param} {sentence}",
        )
        for method, param, value, sentence in [
            ("kernel_pca", "kernel", "foo", "is `foo`, but must be one of linear, poly, rbf"),
            ("kernel_pca", "eigen_solver", "foo", "is `foo`, but must be one of krylov"),
            ("kernel_pca", "gamma", "1e-3", "must be a number, but is '1e-3'."),
            ("kernel_pca", "gamma", -1, "is -1, but must be at least 0."),
            ("pca", "svd_solver", "foo", "is `foo`, but must be one of auto, full"),
            ("tsne", "initialization", "foo", "is `foo`, but must be one of pca, spectral"),
            ("tsne", "n_iter", -3, "is -3, but must be at least 0."),
            ("tsne", "learning_rate", "fast", "must be a number, but is 'fast'."),
            ("umap", "metric", "foo", "is `foo`, but must be one of euclidean, manhattan"),
        ]
    ),
    ("models.small.params", {"width": 0}, "models.small.params.width is 0, but must be at least 1"),
    # What a clustering can do with so many images.
    (
        "clusterings.kmeans",
        {"method": "merged_kmeans", "n_clusters": 9, "params": {"n_small": 3}},
        "clusterings.kmeans (of data set digits): params.n_small is 3, but must be at least",
    ),
    (
        "clusterings.kmeans",
        {"method": "spectral", "params": {"n_neighbors": 61}},
        "clusterings.kmeans (of data set few): params.n_neighbors is 61, but there are only 60",
    ),
    (
        "clusterings.dense.params",
        {"min_cluster_size": 61},
        "clusterings.dense (of data set few): params.min_cluster_size is 61, but there are only 60",
    ),
    (
        "clusterings.dense.params",
        {"min_samples": 61},
        "clusterings.dense (of data set few): params.min_samples is 61, but there are only 60",
    ),
    (
        "clusterings.kmeans",
        {"method": "agglomerative", "params": {"metric": "cosine"}},
        "params.metric is cosine, but linkage ward merges by euclidean distances; set another",
    ),
    (
        "models.deep",
        {"architecture": "dec", "after": "small", "params": {"n_clusters": 1798}},
        "models.deep.params.n_clusters is 1798, but data set digits has only 1797 images",
    ),
    (
        "models.deep",
        {"architecture": "dec", "after": "small", "size": 16},
        "models.deep.size is 16, but that of small, from which it goes on, is null; give both the",
    ),
    # Sources.
    ("datasets.digits.source", "npy", "datasets.digits.images is missing: source npy needs it"),
    ("datasets.digits", {"source": "npz"}, "datasets.digits.path is missing: source npz needs it"),
    ("datasets.digits.images", "a.npy", "datasets.digits.images is not known to digits"),
    ("datasets.digits.path", "folder", "datasets.digits.path is not known to digits"),
    ("datasets.digits", {"source": "npy", "images": "no.npy"}, "datasets.digits: no.npy does not"),
    ("datasets.digits", {"source": "npy", "images": "a\0b"}, "datasets.digits: ", "does not exist"),
    ("datasets.digits", {"source": "npy", "images": "a" * 5000}, "datasets.digits: ", "aaa"),
    ("datasets.digits", {"source": "npy", "images": "~no-user/a"}, "datasets.digits: ~no-user"),
    ("datasets.digits", {"source": "npy", "images": "."}, "is a folder, and a file is needed"),
    ("datasets.digits", {"source": "folder", "path": "no"}, "datasets.digits: no does not exist"),
    (
        "datasets.digits",
        {"source": "photo_patches", "params": {"patchh": 16}},
        "datasets.digits.params.patchh is not known to photo_patches",
        "Did you mean `patch`?",
    ),
    (
        "datasets.digits",
        {"source": "photo_patches", "params": {"patch": "16"}},
        "datasets.digits.params.patch must be a whole number, but is '16'",
    ),
    (
        "datasets.digits",
        {"source": "photo_patches", "params": {"patch": 16.5}},
        "params.patch must be a whole number, but is 16.5",
    ),
    (
        "datasets.digits",
        {"source": "photo_patches", "params": {"patch": 7}},
        "patch must be from 8 to 427 pixels",
    ),
]


def test_the_config_that_is_made_wrong_is_right():
    check(yaml.safe_load(GOOD))
    assert len(BAD) >= 40


@pytest.mark.parametrize("row", BAD, ids=lambda row: f"{row[0]}={str(row[1])[:30]!r}")
def test_a_wrong_config_is_refused_in_a_sentence(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path, value, *parts = row
    sentence = refusal(changed(path, value))
    for part in parts:
        assert part in sentence
    assert "\n" not in sentence and (sentence.endswith((".", "?")) or "umap" in sentence)


def test_the_key_that_is_wrong_is_named_first():
    config = changed("models.small.epochs", 0)
    config["models"]["other"] = {"architecture": "deeper", "latent_dim": 2}
    assert refusal(config).startswith("models.small.epochs is 0")
    sentence = refusal(changed("reductions.wide", {"method": "pca", "dim": 41}))
    assert sentence.startswith("reductions.wide (of the latents of models.small, data set digits)")


@pytest.mark.parametrize(
    ("method", "most"), [("agglomerative", 40_000), ("spectral", 100_000), ("hdbscan", 100_000)]
)
def test_clusterings_of_too_many_images(monkeypatch, method, most):
    config = changed("clusterings", {"c": {"method": method, "on": ["pca5"]}})
    monkeypatch.setattr(checks, "n_images", lambda dataset: most)
    check(config)
    monkeypatch.setattr(checks, "n_images", lambda dataset: most + 1)
    sentence = f"clusterings.c: method {method} takes at most {most:,} images, but data set digits"
    assert sentence in refusal(config)


def test_the_consensus_has_a_number_of_clusters_that_a_clustering_can_have():
    config = changed("consensus.n_clusters", 7, changed("clusterings.dense.method", "gmm"))
    assert refusal(config) == (
        "consensus.n_clusters is 7, but no clustering has that number; use one of 2, 3, 4."
    )
    check(changed("consensus.n_clusters", 2, config))
    check(changed("clusterings.dense.method", "hdbscan", config))
    check(changed("clusterings.dense.method", "sklearn.mixture.BayesianGaussianMixture", config))


def test_defaults_that_are_no_words_or_numbers_may_be_given():
    params = {"perplexity": 9, "learning_rate": "auto", "exaggeration": None}
    check(changed("reductions.pca5", {"method": "tsne", "dim": 2, "params": params}))
    check(changed("clusterings.dense.params", {"min_samples": None, "min_cluster_size": 60}))
    check(changed("reductions.pca5", {"method": "kernel_pca", "dim": 2, "params": {"gamma": 1}}))


def test_centres_of_clusters_are_as_many_as_images_that_are_trained_on():
    """The 60 images of `few` use the models of `digits`."""
    deep = {"architecture": "dec", "after": "small", "params": {"n_clusters": 61}}
    check(changed("models.deep", deep))


def test_a_reduction_declares_how_many_images_it_takes(monkeypatch, tmp_path):
    (tmp_path / "bounded.py").write_text(
        "MAX_IMAGES = 1796\n\nclass Bounded:\n    def __init__(self, n_components=2): ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    config = changed("reductions", {"r": {"method": "bounded.Bounded", "dim": 2}})
    config = changed("clusterings", {"c": {"method": "kmeans", "n_clusters": 2}}, config)
    assert refusal(config) == (
        "reductions.r: method bounded.Bounded takes at most 1,796 images, but data set digits has "
        "1,797; use method pca, which has none, or set `limit` of the data set."
    )
    check(changed("datasets.digits.limit", 1796, config))


def test_a_file_of_images(tmp_path):
    np.save(tmp_path / "images.npy", np.zeros((5, 8, 8), np.uint8))
    data = {"source": "npy", "images": str(tmp_path / "images.npy")}
    config = {"datasets": {"a": data}, "reductions": {"p": {"method": "pca", "dim": 5}}}
    config["clusterings"] = {"k": {"method": "kmeans", "n_clusters": 5}}
    check(config)
    assert "n_clusters is 6, but data set a has only 5" in refusal(
        changed("clusterings.k.n_clusters", 6, config)
    )
    (tmp_path / "images.npy").write_bytes(b"broken")
    assert "datasets.a: " in refusal(config)


def test_a_step_of_unknown_width_is_no_reason_to_refuse():
    """A class by its import path without `dim` gives as many numbers as it likes."""
    config = changed("reductions.more", {"method": "sklearn.kernel_approximation.RBFSampler"})
    config["reductions"]["pca50"] = {"method": "pca", "dim": 50, "after": "more"}
    check(config)
    config["reductions"]["more"]["dim"] = 49
    assert "result of reductions.more" in refusal(config)


@pytest.fixture
def architecture(monkeypatch):
    """Pretend that an architecture `mine` has a constructor with these arguments."""

    def pretend(code):
        import ast

        from aecluster.signatures import _of_function

        read = _of_function(ast.parse(code).body[0], skip_self=True)
        real = checks.takes
        monkeypatch.setattr(checks, "short_names", lambda kind: ["mine", "pca", "kmeans", "digits"])
        monkeypatch.setattr(checks, "takes", lambda kind, m: read if m == "mine" else real(kind, m))
        return {
            "datasets": {"d": {"source": "digits"}},
            "models": {"m": {"architecture": "mine"}},
            "reductions": {"p": {"method": "pca", "dim": 5}},
            "clusterings": {"k": {"method": "kmeans"}},
        }

    return pretend


def test_an_architecture_that_needs_latent_dim(architecture):
    config = architecture("def __init__(self, image_shape, latent_dim): pass")
    assert refusal(config).startswith("models.m.latent_dim is missing")
    check(changed("models.m.latent_dim", 5, config))


def test_an_architecture_without_latent_dim(architecture):
    config = architecture("def __init__(self, image_shape, width=3): pass")
    check(config)
    assert "models.m.latent_dim: the latents" in refusal(changed("models.m.latent_dim", 5, config))


def test_an_architecture_that_needs_a_param(architecture):
    config = architecture("def __init__(self, image_shape, *, depth): pass")
    assert refusal(config) == "models.m.params.depth is missing: mine needs it."
    check(changed("models.m.params", {"depth": 2}, config))


def test_an_architecture_that_takes_everything(architecture):
    config = architecture("def __init__(self, image_shape, **all_else): pass")
    check(
        changed("models.m", {"architecture": "mine", "latent_dim": 5, "params": {"a": 1}}, config)
    )


# Anything anywhere: either an experiment or a sentence, never another exception.

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 70)
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["pca", "kmeans", "sklearn.cluster.KMeans", "digits", "few", "npy", "~", "a.b"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(
                ["method", "dim", "after", "params", "source", "patch", "width", "limit"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))


COMPLETE = complete_experiment(yaml.safe_load(GOOD), SCHEMA)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.sampled_from(list(places(COMPLETE))[1:]), VALUES)
def test_anything_anywhere(path, value):
    config = copy.deepcopy(COMPLETE)
    inner = config
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    try:
        experiment = check(config)
    except InputError as error:
        assert re.match(r"\S", str(error))
    else:
        assert set(experiment) == set(COMPLETE)


def test_images_are_counted_once_a_data_set(monkeypatch):
    """Counting may walk a folder or an archive: not once more for every reduction and model."""
    counted = []
    monkeypatch.setattr(checks, "n_images", lambda dataset: counted.append(1) or 1000)
    check({"datasets": {"one": {"source": "digits"}, "two": {"source": "photo_patches"}}})
    assert len(counted) == 2


def test_names_that_are_taken_are_those_of_folders_in_results():
    taken = taken_names(SCHEMA)
    assert {"math", "logs", "benchmarks"} <= set(taken) and "photos" not in taken
    rules = "".join(file.read_text() for file in ROOT.glob("workflow/rules/*.smk"))
    named = set(re.findall(r'"results/([a-z0-9_-]+)["/]', rules))
    assert {"math", "logs", "report_files"} <= named <= set(taken)
