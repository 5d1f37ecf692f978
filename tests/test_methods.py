"""Reductions and clusterers: shape, seed, params, classes by their import path."""

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import yaml
from numba.core.dispatcher import Dispatcher
from threadpoolctl import threadpool_limits

from aecluster.clusterings.file import load_clusters, save_clusters
from aecluster.clusterings.run import cluster
from aecluster.errors import InputError
from aecluster.methods import build, locate, short_names, takes
from aecluster.reductions import gradient, kernel_pca, limits, pca, tsne, umap
from aecluster.reductions.compile import compile_all
from aecluster.reductions.run import reduce
from aecluster.signatures import constant

ROOT = Path(__file__).parent.parent
N, D = 80, 10
pytestmark = pytest.mark.filterwarnings("ignore:FastICA did not converge")
NOISE = np.random.default_rng(0).normal(size=(N, D)).astype(np.float32)
BLOBS = (NOISE / 10 + np.repeat([[0], [5], [10], [15]], N // 4, axis=0)).astype(np.float32)
FAST = {"perplexity": 10, "n_iter": 60}

# method, dim, params
REDUCTIONS = [
    ("pca", 3, {}),
    ("pca", 3, {"standardize": True, "whiten": True}),
    ("pca", 3, {"svd_solver": "randomized"}),
    ("kernel_pca", 3, {}),
    ("kernel_pca", 3, {"kernel": "cosine", "standardize": False, "eigen_solver": "dense"}),
    ("tsne", 2, FAST),
    ("tsne", 1, FAST),
    ("identity", None, {}),
    ("normalize", None, {}),
    ("sklearn.decomposition.FastICA", 3, {"max_iter": 1000}),
    ("sklearn.random_projection.GaussianRandomProjection", 3, {}),
    ("sklearn.kernel_approximation.Nystroem", 3, {}),
    ("sklearn.preprocessing.StandardScaler", None, {}),
]
# method, number of clusters, params
CLUSTERERS = [
    ("minibatch_kmeans", 4, {}),
    ("kmeans", 4, {}),
    ("gmm", 4, {"n_init": 2}),
    ("agglomerative", 4, {"linkage": "average"}),
    ("merged_kmeans", 4, {"n_small": 12}),
    ("spectral", 4, {"n_neighbors": 30}),
    ("hdbscan", None, {"min_cluster_size": 10}),
    ("sklearn.cluster.Birch", 4, {}),
    ("sklearn.cluster.SpectralClustering", 4, {"gamma": 0.1}),
    ("sklearn.mixture.BayesianGaussianMixture", 4, {"n_init": 5, "covariance_type": "diag"}),
]

# Where the params of each kind of method are told, and which of its arguments come from elsewhere
DOCUMENTED = {
    "reductions": ("config/README.md", {"dim", "random_state"}),
    "clusterings": ("config/README.md", {"n_clusters", "random_state"}),
    "models": ("docs/models.md", {"image_shape", "latent_dim", "start"}),
}


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As in a job; small arrays are slow on several threads."""
    with threadpool_limits(1):
        yield


def test_every_method_of_the_packages_is_tested_here():
    assert {m for m, *_ in REDUCTIONS if "." not in m} | {"umap"} == set(short_names("reductions"))
    assert {m for m, *_ in CLUSTERERS if "." not in m} == set(short_names("clusterings"))


@pytest.mark.parametrize("method, dim, params", REDUCTIONS)
def test_a_reduction_gives_floats_of_its_shape_and_the_same_ones_again(method, dim, params):
    features = NOISE.copy()
    features.flags.writeable = False
    embedding = reduce(features, method, dim, params, random_state=3)
    assert embedding.shape == (N, dim or D) and embedding.dtype == np.float32
    assert embedding.tobytes() == reduce(features, method, dim, params, random_state=3).tobytes()
    assert (features == NOISE).all()


@pytest.mark.parametrize(
    "method, dim, params",
    [
        ("tsne", 2, FAST),
        ("kernel_pca", 3, {"eigen_solver": "randomized"}),
        ("pca", 3, {"svd_solver": "randomized"}),
        ("sklearn.decomposition.FastICA", 3, {"max_iter": 1000}),
    ],
)
def test_the_seed_reaches_a_random_reduction(method, dim, params):
    one, two = (reduce(NOISE, method, dim, params, random_state=seed) for seed in (1, 2))
    assert (one != two).any()


def test_the_seed_does_not_change_what_is_not_random():
    one, two = (reduce(NOISE, "pca", 3, {}, random_state=seed) for seed in (1, 2))
    assert (one == two).all()


@pytest.mark.parametrize("method, n_clusters, params", CLUSTERERS)
def test_a_clusterer_gives_one_whole_number_an_image_and_the_same_again(method, n_clusters, params):
    features = BLOBS.copy()
    features.flags.writeable = False
    found = cluster(features, method, n_clusters, params, random_state=3)
    assert found.shape == (N,) and found.dtype == np.int64
    assert (found == cluster(features, method, n_clusters, params, random_state=3)).all()
    pairs = set(zip(np.repeat(range(4), N // 4).tolist(), found.tolist(), strict=True))
    assert len(pairs) == 4 and len({group for _, group in pairs}) == 4, "four blobs"
    assert (features == BLOBS).all()


@pytest.mark.parametrize("method", ["minibatch_kmeans", "kmeans", "gmm"])
def test_the_seed_reaches_a_random_clusterer(method):
    one, two = (cluster(NOISE, method, 8, {"n_init": 1}, random_state=seed) for seed in (1, 2))
    assert (one != two).any()


@pytest.mark.parametrize("n_clusters", [2, 5])
@pytest.mark.parametrize(
    "method", ["minibatch_kmeans", "kmeans", "gmm", "agglomerative", "sklearn.cluster.Birch"]
)
def test_as_many_clusters_as_asked_for(method, n_clusters):
    assert set(cluster(NOISE, method, n_clusters, {}, random_state=0)) == set(range(n_clusters))


def test_without_a_number_of_clusters_the_method_has_its_own():
    assert set(cluster(NOISE, "kmeans", None, {}, random_state=0)) == {0, 1}
    assert len(set(cluster(NOISE, "sklearn.cluster.KMeans", None, {}, random_state=0))) == 8


def test_hdbscan_leaves_outliers_out():
    far = np.vstack([BLOBS, np.full((1, D), 1000, np.float32)])
    found = cluster(far, "hdbscan", None, {"min_cluster_size": 10}, random_state=0)
    assert found[-1] == -1 and set(found[:-1]) == {0, 1, 2, 3}


def test_nmf_by_its_import_path():
    params = {"max_iter": 500, "init": "nndsvda"}
    embedding = reduce(np.abs(NOISE), "sklearn.decomposition.NMF", 3, params, random_state=0)
    assert embedding.shape == (N, 3) and (embedding >= 0).all()


def test_params_reach_the_method():
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    scaled = NOISE * np.arange(1, D + 1)
    plain = reduce(scaled, "pca", 2, {}, random_state=0)
    assert np.allclose(plain, PCA(2).fit_transform(scaled), atol=1e-4)
    whitened = reduce(scaled, "pca", 2, {"whiten": True}, random_state=0)
    assert np.allclose(whitened.std(0, ddof=1), 1, atol=1e-3) and plain.std() > 5
    standard = reduce(scaled, "pca", 2, {"standardize": True}, random_state=0)
    expected = PCA(2).fit_transform(StandardScaler().fit_transform(scaled))
    assert np.allclose(np.abs(standard), np.abs(expected), atol=1e-3)


@pytest.mark.parametrize("make", [pca.make, pca.make_large])
@pytest.mark.parametrize("standardize", [False, True])
def test_whitening_does_not_part_copies(make, standardize):
    """Three different images span two components; the others hold rounding errors."""
    three = np.random.default_rng(0).random((3, 320), np.float32)
    whitened = make(9, 0, whiten=True, standardize=standardize).fit_transform(three.repeat(6, 0))
    assert np.allclose(whitened[:, :2].std(0, ddof=1), 1, atol=1e-3)
    assert not whitened[:, 2:].any()
    assert np.allclose(whitened, whitened[::6].repeat(6, 0), atol=1e-4)


@pytest.mark.parametrize("make", [pca.make, pca.make_large])
def test_whitening_keeps_what_is_small_but_no_rounding_error(make):
    images = np.random.default_rng(0).random((200, 30), np.float32)
    images[:, 0] *= 10_000
    assert np.allclose(make(9, 0, whiten=True).fit_transform(images).std(0, ddof=1), 1, atol=0.01)


@pytest.mark.parametrize("make", [pca.make, pca.make_large])
def test_whitening_equal_images_gives_numbers(make):
    images = np.ones((20, 50), np.float32)
    assert not make(3, 0, whiten=True).fit_transform(images).any()


@pytest.mark.parametrize("standardize", [True, False])
def test_kernel_pca_agrees_with_the_dense_solver(standardize):
    features = np.random.default_rng(1).normal(size=(300, 20)).astype(np.float32) * np.arange(20)
    options = {"standardize": standardize, "gamma": 0.02 if standardize else 0.0002}
    fast = reduce(features, "kernel_pca", 200, options, random_state=0)
    exact = reduce(features, "kernel_pca", 200, options | {"eigen_solver": "dense"}, random_state=0)
    assert fast.shape == exact.shape == (300, 200)
    assert np.allclose(fast.var(0), exact.var(0), rtol=0.02), "explained variance"
    bases = [np.linalg.qr(embedding.astype(float))[0] for embedding in (fast, exact)]
    assert np.linalg.norm(bases[0].T @ bases[1]) ** 2 > 0.98 * 200, "the same subspace"
    assert np.allclose(np.abs(fast[:, :5]), np.abs(exact[:, :5]), atol=1e-3)


def test_kernel_pca_is_the_one_of_scikit_learn():
    from sklearn.decomposition import KernelPCA
    from sklearn.preprocessing import StandardScaler

    scaled = StandardScaler().fit_transform(NOISE * 5)
    theirs = KernelPCA(4, kernel="rbf", eigen_solver="dense").fit_transform(scaled)
    for solver in ("krylov", "dense"):
        ours = reduce(NOISE * 5, "kernel_pca", 4, {"eigen_solver": solver}, random_state=0)
        assert np.allclose(np.abs(ours), np.abs(theirs), atol=1e-5)


@pytest.mark.parametrize("kernel", ["rbf", "cosine", "poly", "sigmoid", "linear"])
def test_the_krylov_solver_agrees_with_scikit_learn_s_dense_one(kernel):
    """Of 600 images, 10 dimensions are looked for in a subspace of 144."""
    features = np.random.default_rng(1).normal(size=(600, 20)).astype(np.float32)
    features *= 0.8 ** np.arange(20, dtype=np.float32)
    options = {"standardize": False, "kernel": kernel, "gamma": 0.05}
    ours = reduce(features, "kernel_pca", 10, options, random_state=0)
    dense = reduce(features, "kernel_pca", 10, options | {"eigen_solver": "dense"}, random_state=0)
    assert np.allclose((ours**2).sum(0), (dense**2).sum(0), rtol=1e-4), "eigenvalues"
    assert np.allclose(np.abs(ours), np.abs(dense), atol=1e-3 * np.abs(dense).max())


@pytest.mark.parametrize("dim", [1, 2])
def test_repulsion_and_divergence_are_those_of_all_pairs(dim):
    from openTSNE.affinity import PerplexityBasedNN

    points = np.random.default_rng(2).normal(size=(150, dim)) * 5 + 20
    away = points[:, None] - points
    weights = 1 / (1 + (away**2).sum(2))
    forces, normalization = gradient.repulsion(gradient.centred(points))
    assert normalization == pytest.approx(weights.sum() - 150, rel=1e-5)
    expected = (away * weights[..., None] ** 2).sum(1)
    assert np.allclose(forces[:dim].T, expected, atol=1e-4 * np.abs(expected).max())

    neighbours = PerplexityBasedNN(NOISE.repeat(2, 0)[:150], 10, method="exact", n_jobs=1).P
    p, q = neighbours.toarray(), weights / normalization
    divergence, found = gradient.all_pairs(points, neighbours, 1, should_eval_error=True)
    assert divergence == pytest.approx((p[p > 0] * np.log(p[p > 0] / q[p > 0])).sum(), rel=1e-4)
    plain = ((p - q) * weights)[..., None] * away
    assert np.allclose(found, plain.sum(1), atol=1e-5 * np.abs(plain.sum(1)).max())


def test_exact_neighbours_need_no_look_for_other_packages(monkeypatch):
    looked = []
    monkeypatch.setattr("openTSNE.affinity.is_package_installed", looked.append)
    reduce(BLOBS, "tsne", 2, FAST, random_state=0)
    assert not looked
    reduce(BLOBS, "tsne", 2, FAST | {"neighbors": "exact"}, random_state=0)
    assert looked == ["pynndescent"]


def test_the_tsne_of_many_images_keeps_neighbours(monkeypatch):
    """Its neighbours and early repulsion are openTSNE's own approximations."""
    monkeypatch.setattr(tsne, "_EXACT", 0)
    monkeypatch.setattr(tsne, "_GRID", 0)
    plane = reduce(BLOBS, "tsne", 2, FAST | {"early_exaggeration_iter": 60}, random_state=0)
    middles = plane.reshape(4, -1, 2).mean(1)
    found = ((plane[:, None] - middles) ** 2).sum(2).argmin(1)
    assert (found == np.arange(4).repeat(N // 4)).all()


DECLARED = [
    (kind, m) for kind in ("models", "reductions", "clusterings") for m in short_names(kind)
]


@pytest.mark.parametrize("kind, method", DECLARED)
def test_words_and_least_numbers_are_declared_of_params_of_the_method(kind, method):
    module, _ = locate(kind, method)
    known = takes(kind, method).arguments
    for name, words in (constant(module, "ONE_OF") or {}).items():
        assert known[name] in words
    for name, least in (constant(module, "AT_LEAST") or {}).items():
        assert known[name] in (None, "auto") or known[name] >= least


WORDS = [
    (kind, method, param, word)
    for kind, method in DECLARED
    for param, words in (constant(locate(kind, method)[0], "ONE_OF") or {}).items()
    for word in words
    if word != "pynndescent"  # which is compiled for two minutes
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind, method, param, word", WORDS)
def test_every_word_that_a_method_declares_is_one_it_takes(kind, method, param, word):
    params = {param: word}
    if method == "agglomerative" and param == "metric":
        params["linkage"] = "average"
    if kind == "clusterings":
        wanted = None if method == "hdbscan" else 4
        assert cluster(BLOBS, method, wanted, params, random_state=0).shape == (N,)
    else:
        fast = FAST if method == "tsne" else {}
        assert reduce(BLOBS, method, 2, fast | params, random_state=0).shape == (N, 2)


# What is refused.


@pytest.mark.parametrize(
    "function, method, size, params, sentence",
    [
        (
            reduce,
            "pca",
            3,
            {"svd_solver": "none"},
            "method pca refuses its input: The 'svd_solver'",
        ),
        (reduce, "pca", 11, {}, "dim is 11, but its input has only 10 dimensions"),
        (reduce, "pca", 3, {"whitten": True}, "method pca does not take its params"),
        (reduce, "identity", 3, {}, "method identity does not take its params"),
        (reduce, "kernel_pca", 3, {"kernel": "x"}, "method kernel_pca refuses its input"),
        (reduce, "kernel_pca", 3, {"gamma": "x"}, "method kernel_pca refuses its input"),
        (reduce, "tsne", 2, {"metric": "x", **FAST}, "method tsne refuses its input"),
        (reduce, "sklearn.decomposition.NMF", 3, {}, "Negative values in data"),
        (reduce, "sklearn.decomposition.NoSuch", 3, {}, "NoSuch cannot be imported: module"),
        (reduce, "no_such_module.NoSuch", 3, {}, "cannot be imported: No module named"),
        (reduce, "sklearn.mixture.GaussianMixture", 3, {}, "has no fit_transform"),
        (cluster, "kmeans", 3, {"init": "x"}, "method kmeans refuses its input"),
        (cluster, "kmeans", 81, {}, "method kmeans refuses its input: n_samples=80"),
        (cluster, "hdbscan", 3, {}, "method hdbscan does not take its params"),
        (cluster, "gmm", 3, {"reg_covar": -1}, "method gmm refuses its input"),
        (cluster, "agglomerative", 3, {"metric": "cosine"}, "linkage ward merges by euclidean"),
        (cluster, "agglomerative", 3, {"linkage": "x"}, "method agglomerative refuses its input"),
        (cluster, "merged_kmeans", 9, {"n_small": 3}, "must be at least n_clusters (9)"),
        (cluster, "sklearn.decomposition.PCA", 3, {}, "has no fit_predict"),
        (cluster, "sklearn.cluster.KMeans", 3, {"tol": "x"}, "refuses its input: The 'tol'"),
    ],
)
def test_what_a_method_cannot_do_is_one_sentence(function, method, size, params, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        function(NOISE, method, size, params, random_state=0)


@pytest.fixture
def own_class(monkeypatch):
    """Let `own.Method` give a fixed answer."""

    def answer(value):
        class Method:
            def fit_transform(self, features):
                return value

            fit_predict = fit_transform

        module = ModuleType("own")
        module.Method = Method
        monkeypatch.setitem(sys.modules, "own", module)

    return answer


@pytest.mark.parametrize(
    "answer, sentence",
    [
        (np.zeros((N, 2)), None),
        (np.zeros((N - 1, 2)), "gave an array of shape (79, 2) instead of (80, 2)"),
        (np.zeros(N), "gave an array of shape (80,) instead of"),
        (np.zeros((N, 2, 2)), "gave an array of shape (80, 2, 2) instead of"),
        (np.full((N, 2), np.nan), "gave numbers that are not finite"),
        (np.full((N, 2), 1e300), "gave numbers that are not finite"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_what_a_reduction_gives_is_checked(own_class, answer, sentence):
    own_class(answer)
    if sentence is None:
        assert reduce(NOISE, "own.Method", None, {}, random_state=0).shape == (N, 2)
        return
    with pytest.raises(InputError, match=re.escape(sentence)):
        reduce(NOISE, "own.Method", None, {}, random_state=0)


@pytest.mark.parametrize("answer", [np.zeros(N - 1), np.zeros((N, 1)), 3])
def test_what_a_clusterer_gives_is_checked(own_class, answer):
    own_class(answer)
    with pytest.raises(InputError, match=r"own\.Method did not give one label"):
        cluster(NOISE, "own.Method", None, {}, random_state=0)


def test_a_clusterer_with_labels_beyond_whole_numbers_is_refused(own_class):
    own_class(np.full(N, np.nan))
    with pytest.raises(InputError, match=r"own\.Method did not give one label"):
        cluster(NOISE, "own.Method", None, {}, random_state=0)


# Checks before any job starts.


@pytest.mark.parametrize("dim, fine", [(5, True), (6, False)])
def test_dim_within_features_and_images(dim, fine):
    for n_samples, n_features in ((5, 9), (9, 5), (5, 5), (5, None)):
        if fine:
            limits.check_dim(dim, n_samples, n_features)
            pca.check(n_samples=n_samples, n_features=n_features, dim=dim)
        else:
            with pytest.raises(InputError, match=r"dim is 6, but .* only 5"):
                pca.check(n_samples=n_samples, n_features=n_features, dim=dim)


def test_limits_of_kernel_pca(monkeypatch):
    kernel_pca.check(n_samples=20_000, n_features=3, dim=2000)
    kernel_pca.check(n_samples=20_001, n_features=3, dim=1999)
    kernel_pca.check(n_samples=10, n_features=9, dim=9, kernel="linear")
    kernel_pca.check(n_samples=10, n_features=None, dim=9, kernel="linear")
    for wrong, part in [
        ({"n_samples": 20_001, "n_features": 9, "dim": 2000}, "2,000 landmarks .* lower dim"),
        ({"n_samples": 10, "n_features": 90, "dim": 10}, "at most 9 dimensions"),
        ({"n_samples": 10, "n_features": 8, "dim": 9, "kernel": "linear"}, "at most 8"),
    ]:
        with pytest.raises(InputError, match=part):
            kernel_pca.check(**wrong)


def test_limits_of_tsne():
    tsne.check(n_samples=91, n_features=9, dim=2)
    tsne.check(n_samples=16, n_features=9, dim=2, perplexity=5, n_iter=3)
    for wrong, part in [
        ({"n_samples": 90, "n_features": 9, "dim": 2}, "params.perplexity must be below 30.*is 30"),
        ({"n_samples": 15, "n_features": 9, "dim": 2, "perplexity": 5}, "below 5"),
        ({"n_samples": 91, "n_features": 9, "dim": 3}, "1 or 2 dimensions"),
        ({"n_samples": 91, "n_features": 1, "dim": 2}, "has only 1 dimensions"),
    ]:
        with pytest.raises(InputError, match=part):
            tsne.check(**wrong)


def compiled_functions() -> dict[str, list]:
    """The functions of numba that are loaded, with what they are compiled for."""
    return {
        f"{of}.{name}": value.signatures
        for of, module in list(sys.modules.items())
        if of.partition(".")[0] in ("aecluster", "umap", "pynndescent")
        for name, value in list(vars(module).items())
        if isinstance(value, Dispatcher)
    }


def test_what_runs_need_is_compiled_before():
    compile_all()
    before = compiled_functions()
    assert before["aecluster.reductions.gradient._sum_over_neighbours"]
    assert before["umap.layouts._nb_optimize_layout_euclidean_single_epoch"]
    images = np.random.default_rng(0).random((300, 40), np.float32)
    for method, params in (("umap", {"min_dist": 0.0}), ("tsne", {"perplexity": 20})):
        reduce(images, method, 2, params, random_state=1)
    assert compiled_functions() == before


def test_umap_needs_more_images_than_neighbours():
    sizes = {"n_samples": 80, "n_features": 10, "dim": 2}
    umap.check(**sizes)
    with pytest.raises(
        InputError, match=r"params\.n_neighbors is 80, but there are only 80 images"
    ):
        umap.check(**sizes, n_neighbors=80)
    with pytest.raises(InputError, match="only 10 dimensions"):
        umap.check(**sizes | {"dim": 11})


def test_umap_passes_its_settings_on(monkeypatch):
    package = ModuleType("umap")
    package.UMAP = lambda **options: options
    monkeypatch.setitem(sys.modules, "umap", package)
    made = build("reductions", "umap", 7, {"min_dist": 0.5}, dim=2)
    assert made == {
        "n_neighbors": 15,
        "n_components": 2,
        "min_dist": 0.5,
        "metric": "euclidean",
        "random_state": 7,
        "n_jobs": 1,
    }


def test_names_of_methods():
    assert locate("models", "deeper") == ("aecluster.models.deeper", "Network")
    assert locate("reductions", "a.b.C") == ("a.b", "C")
    assert {"baseline", "course", "deeper"} < {*short_names("models")}
    assert short_names("clusterings") == sorted(short_names("clusterings"))
    assert not {"run", "limits", "blocks"} & {*short_names("reductions"), *short_names("models")}


def test_a_given_random_state_wins_over_the_seed():
    made = build("reductions", "sklearn.decomposition.NMF", 7, {"random_state": 1}, dim=4)
    assert made.random_state == 1 and made.n_components == 4
    assert build("reductions", "sklearn.decomposition.NMF", 7, {}, dim=4).random_state == 7


# clusters.csv


def test_clusters_come_back(tmp_path):
    clusters = np.array([2, 0, -1, 1])
    save_clusters(tmp_path / "a" / "clusters.csv", clusters)
    text = (tmp_path / "a" / "clusters.csv").read_text()
    assert text == "id,label\n0,2\n1,0\n2,-1\n3,1\n"
    loaded = load_clusters(tmp_path / "a" / "clusters.csv", 4)
    assert loaded.dtype == np.int64 and (loaded == clusters).all()


@pytest.mark.filterwarnings("ignore:loadtxt")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "id,label\n",
        "id,label\n0,2\n1,0\n",
        "id,label\n0,2\n1,0\n2,1\n3,0\n",
        "id,label\n0,2\n1,0\n2\n",
        "id,label\n0,2\n1,0\n2,\n",
        "id,label\n0,2\n1,0\n2,x\n",
        "id,label\n0,2\n2,0\n1,1\n",
        "id,label\n0\n1\n2\n",
        "id,label\n0,2,1\n1,0,1\n2,1,1\n",
        "id,label\n0,2\n1,0\n2,99999999999999999999\n",
    ],
)
def test_damaged_clusters_are_refused_by_name(tmp_path, text):
    (tmp_path / "clusters.csv").write_text(text)
    with pytest.raises(InputError, match=r"clusters\.csv is not a whole table of 3 clusters"):
        load_clusters(tmp_path / "clusters.csv", 3)


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_the_docs_name_every_method_with_the_params_that_it_takes(kind):
    file, from_elsewhere = DOCUMENTED[kind]
    rows = re.findall(r"^\| `(\w+)` \| .* \|(.*)\|$", (ROOT / file).read_text("utf-8"), re.M)
    told = {name: dict(re.findall(r"`(\w+): ([^`]+)`", params)) for name, params in rows}
    for method in short_names(kind):
        taken = takes(kind, method).arguments
        defaults = {name: taken[name] for name in taken if name not in from_elsewhere}
        found = {name: yaml.safe_load(value) for name, value in told[method].items()}
        assert {name: as_yaml(value) for name, value in defaults.items()} == found, method


def as_yaml(value):
    return list(value) if isinstance(value, tuple) else value
