"""Encoders that come trained: the packaged network and a user's own graph, by ONNX Runtime."""

import numpy as np
import onnx
import pytest
from conftest import REPOSITORY, new_project
from in_process import jobs_of_snakemake
from onnx import TensorProto, helper, numpy_helper

from aecluster.encoders import export, features, kept_graph, pretrained
from aecluster.encoders import onnx as own
from aecluster.encoders.kept_graph import write_graph
from aecluster.encoders.known import KnownFeatures, image_digests
from aecluster.errors import InputError
from aecluster.experiment.checks import check_experiment
from aecluster.experiment.schema import complete_experiment
from aecluster.jobs.artifacts import load_array
from aecluster.jobs.digest import libraries_behind, modules_behind

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (70, 20, 30, 3), dtype=np.uint8)


def graph(
    path, shape=("n", 3, "h", "w"), outputs=(("vectors", ["n", 3]),), dtype=TensorProto.FLOAT
):
    """Write a graph whose outputs are means of the images: a vector, tokens or the map itself."""
    axes = numpy_helper.from_array(np.array([2, 3] if shape[1] in (1, 3) else [1, 2]), "axes")
    nodes = []
    for name, sides in outputs:
        if len(sides) == 2:
            nodes.append(helper.make_node("ReduceMean", ["x", "axes"], [name], keepdims=0))
        elif len(sides) == 4:
            nodes.append(helper.make_node("Identity", ["x"], [name]))
        else:  # (n, 3, h, w) -> (n, 3, h): three tokens of h numbers
            nodes.append(helper.make_node("ReduceMean", ["x", "last"], [name], keepdims=0))
    last = numpy_helper.from_array(np.array([3]), "last")
    made = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("x", dtype, shape)],
        [helper.make_tensor_value_info(name, dtype, sides) for name, sides in outputs],
        [axes, last],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, path)
    return path


def means(images: np.ndarray) -> np.ndarray:
    return (images / 255).mean((1, 2))


def test_a_graph_gives_what_it_computes_of_pixels_scaled_as_it_was_trained(tmp_path):
    file = graph(tmp_path / "g.onnx", ("n", 3, 20, 20))
    square = IMAGES[:, :, 5:25]
    found = own.Encoder(file, mean=[0.5], std=[0.25]).encode(square)
    assert found.dtype == np.float32 and found.shape == (70, 3)
    assert np.allclose(found, (means(square) - 0.5) / 0.25, atol=1e-5)
    mean, std = np.array(own.IMAGENET_MEAN), np.array(own.IMAGENET_STD)
    usual = own.Encoder(file).encode(square)
    assert np.allclose(usual, (means(square) - mean) / std, atol=1e-4)


@pytest.mark.parametrize(
    ("shape", "size", "expected"),
    [
        (("n", 3, "h", "w"), None, 224),
        (("n", 3, "h", "w"), 12, 12),
        (("n", "h", "w", 3), 16, 16),
        (("n", 3, 24, 24), None, 24),
        ((8, 3, 24, 24), None, 24),
    ],
)
def test_size_layout_and_batch_are_read_from_the_file(tmp_path, shape, size, expected):
    axes = ["n", 3]
    file = graph(tmp_path / "g.onnx", shape, (("vectors", axes),))
    encoder = own.Encoder(file, mean=[0], std=[1], size=size)
    batch = encoder._prepared(IMAGES[:2])
    assert sorted(batch.shape[1:]) == sorted([3, expected, expected])
    found = encoder.encode(IMAGES[:11])
    assert found.shape == (11, 3) and np.allclose(found, means(IMAGES[:11, :, 5:25]), atol=0.03)


def test_vectors_are_preferred_and_tokens_and_maps_pooled(tmp_path):
    shape = ("n", 3, 20, 20)
    outputs = (("map", ["n", 3, 20, 20]), ("tokens", ["n", 3, 20]), ("vectors", ["n", 3]))
    file = graph(tmp_path / "g.onnx", shape, outputs)
    square = IMAGES[:5, :, 5:25]
    plain = {"mean": [0], "std": [1]}
    assert np.allclose(own.Encoder(file, **plain).encode(square), means(square), atol=1e-5)
    maps = own.Encoder(file, **plain, output="map").encode(square)
    assert np.allclose(maps, means(square), atol=1e-5)
    tokens = np.moveaxis(square / 255, -1, 1).mean(3)
    mean = own.Encoder(file, **plain, output="tokens").encode(square)
    first = own.Encoder(file, **plain, output="tokens", pooling="first").encode(square)
    assert np.allclose(mean, tokens.mean(1), atol=1e-5)
    assert np.allclose(first, tokens[:, 0], atol=1e-5) and not np.allclose(mean, first)


def test_grey_images_and_grey_graphs(tmp_path):
    grey = IMAGES[..., :1]
    colour = graph(tmp_path / "colour.onnx", ("n", 3, 20, 20))
    found = own.Encoder(colour, mean=[0], std=[1]).encode(grey[:, :, 5:25])
    assert np.ptp(found, axis=1).max() < 1e-6
    single = graph(tmp_path / "grey.onnx", ("n", 1, 20, 20), (("vectors", ["n", 1]),))
    assert own.Encoder(single, mean=[0], std=[1]).encode(IMAGES).shape == (70, 1)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda f: f.write_bytes(b"no graph"), "is not an ONNX model that ONNX Runtime can load"),
        (lambda f: f.write_bytes(b""), "is not an ONNX model that ONNX Runtime can load"),
        (lambda f: graph(f, ("n", 5, 20, 20)), r"takes an input of shape .*\(n, C, H, W\)"),
        (lambda f: graph(f, ("n", 3, 20, 24)), "only square ones are supported"),
        (lambda f: graph(f, dtype=TensorProto.DOUBLE), None),
    ],
)
def test_other_files_are_refused_in_a_sentence(tmp_path, make, sentence):
    file = tmp_path / "g.onnx"
    make(file)
    if sentence is None:
        assert own.Encoder(file).encode(IMAGES[:2]).shape == (2, 3)
        return
    with pytest.raises(InputError, match=sentence) as raised:
        own.Encoder(file)
    assert "\n" not in str(raised.value)


def test_a_graph_cut_short_is_refused(tmp_path):
    file = graph(tmp_path / "g.onnx")
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(InputError, match="is not an ONNX model"):
        own.Encoder(file)


def test_operators_that_are_not_onnx_s_own_are_refused(tmp_path):
    made = helper.make_graph(
        [helper.make_node("Shell", ["x"], ["y"], domain="somebody.else")],
        "hostile",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("somebody.else", 1)]
    onnx.save(helper.make_model(made, opset_imports=opsets, ir_version=9), tmp_path / "g.onnx")
    with pytest.raises(InputError, match="is not an ONNX model that ONNX Runtime can load"):
        own.Encoder(tmp_path / "g.onnx")


def test_weights_outside_of_the_folder_are_not_read(tmp_path):
    (tmp_path / "secret").write_bytes(bytes(48))
    (tmp_path / "inside").mkdir()
    file = tmp_path / "inside/g.onnx"
    weights = helper.make_tensor("w", TensorProto.FLOAT, [1, 3, 1, 1], np.ones(3, np.float32))
    del weights.float_data[:]
    weights.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "../secret"), ("length", "12")):
        entry = weights.external_data.add()
        entry.key, entry.value = key, value
    made = helper.make_graph(
        [helper.make_node("Mul", ["x", "w"], ["y"])],
        "hostile",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3, 8, 8])],
        [weights],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    file.write_bytes(model.SerializeToString())
    with pytest.raises(InputError, match="is not an ONNX model that ONNX Runtime can load"):
        own.Encoder(file)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"size": 30}, "but `size` is 30; remove `size`"),
        ({"output": "logits"}, "params.output is logits, but .* has vectors; name one"),
        ({"std": [0, 1, 1]}, r"params.std is \[0, 1, 1\], but must be 3 numbers above 0"),
        ({"mean": [1, 2]}, "params.mean is .* must be 3 numbers, one for each"),
        ({"device": "cuda"}, "device cuda is not offered"),
    ],
)
def test_settings_that_do_not_fit_the_graph(tmp_path, arguments, sentence):
    file = graph(tmp_path / "g.onnx", ("n", 3, 20, 20))
    with pytest.raises(InputError, match=sentence):
        own.Encoder(file, **arguments)


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    file = graph(tmp_path / "g.onnx", ("n", 3, 20, 20))
    with pytest.raises(InputError, match="gives numbers that are not finite; check its mean"):
        own.Encoder(file, std=[1e-45]).encode(IMAGES[:2])


@pytest.mark.parametrize("n_threads", [1, 3])
def test_features_are_the_same_with_any_number_of_threads(tmp_path, n_threads):
    file = graph(tmp_path / "g.onnx", ("n", 3, 20, 20))
    encoder = own.Encoder(file)
    many = np.tile(IMAGES, (9, 1, 1, 1))[:600]
    features.write_features(tmp_path / "f.npy", encoder, many, n_threads)
    found = load_array(tmp_path / "f.npy")
    assert np.array_equal(found, encoder.encode(many))
    features.write_features(tmp_path / "none.npy", encoder, many[:0])
    assert load_array(tmp_path / "none.npy").shape == (0, 0)


@pytest.mark.parametrize("batch_size", [1, 2, 24, 32, 100, 256, 300])
def test_a_graph_sees_the_same_batches_in_shards(batch_size):
    def batches(images: np.ndarray) -> list[list[int]]:
        parts = features._parts(images, batch_size)
        return [
            part[start : start + batch_size].tolist()
            for part in parts
            for start in range(0, len(part), batch_size)
        ]

    images = np.arange(700)
    assert batches(images) == batches(images[:512]) + batches(images[512:])
    assert [image for batch in batches(images) for image in batch] == images.tolist()
    assert max(map(len, batches(images))) == min(batch_size, 256)
    largest = max(len(part) for part in features._parts(images, batch_size))
    assert largest <= max(32, batch_size)


class Counting:
    """An encoder that counts the images it gets."""

    batch_size = 2
    seen = 0

    def encode(self, images: np.ndarray) -> np.ndarray:
        self.seen += len(images)
        return images.reshape(len(images), -1)[:, :5].astype(np.float32)


def images_of(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, 4, 4, 3), dtype=np.uint8)


def test_images_that_are_known_are_not_encoded_again(tmp_path):
    first, more = images_of(700, 0), images_of(5, 1)
    after = np.concatenate([more[:3], first[:200], first[300:], more[3:]])

    def written(images: np.ndarray, key: str = "a", known: bool = True) -> tuple[int, bytes]:
        encoder = Counting()
        store = KnownFeatures(tmp_path / "known", key) if known else None
        features.write_features(tmp_path / "f.npy", encoder, images, 2, known=store)
        return encoder.seen, (tmp_path / "f.npy").read_bytes()

    assert written(first)[0] == 700
    assert written(after) == (5, written(after, known=False)[1])
    assert written(after)[0] == 0
    assert written(first)[0] == 100
    assert written(first, key="b")[0] == 700
    assert written(first, key="a")[0] == 700  # the last key alone is kept
    (kept,) = (tmp_path / "known").glob("a.npy")
    kept.write_bytes(kept.read_bytes()[:-1] + b"x")  # it is f.npy, too
    assert written(first) == (700, written(first, known=False)[1])


def test_known_features_without_their_digests_are_not_used(tmp_path):
    store = KnownFeatures(tmp_path / "known", "a")
    features.write_features(tmp_path / "f.npy", Counting(), images_of(9, 0), known=store)
    (tmp_path / "known/a.digests.npy").unlink()
    found, rows = store.find(image_digests(images_of(9, 0)))
    assert len(found) == 0 and (rows == -1).all()


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    file = tmp_path_factory.mktemp("exported") / "encoder.onnx"
    write_graph(file)
    return file


def test_a_graph_is_exported_once_for_an_environment(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_graph, "KEPT", tmp_path / "share")
    write_graph(tmp_path / "first.onnx", size=32)
    first = (tmp_path / "first.onnx").read_bytes()
    exported_anew = []

    def export_anew(network: str, size: int) -> bytes:
        exported_anew.append((network, size))
        return b"graph"

    monkeypatch.setattr(kept_graph, "_exported", export_anew)
    write_graph(tmp_path / "second.onnx", size=32)
    assert (tmp_path / "second.onnx").read_bytes() == first and not exported_anew
    write_graph(tmp_path / "other.onnx", size=48)
    (kept,) = (tmp_path / "share").glob("*-32.*.onnx")
    kept.write_bytes(first[:-1] + b"x")
    write_graph(tmp_path / "third.onnx", size=32)
    assert exported_anew == [("efficientnet-lite0", 48), ("efficientnet-lite0", 32)]
    monkeypatch.setattr(kept_graph, "versions", lambda packages: {"torch": "0"})
    (tmp_path / "share/.efficientnet-lite0-32.of-another.draft.onnx").touch()
    write_graph(tmp_path / "fourth.onnx", size=32)
    (tmp_path / "share/.efficientnet-lite0-32.of-another.draft.onnx").unlink()  # is left alone
    assert len([*(tmp_path / "share").iterdir()]) == 4  # two graphs, each with its checksum
    (tmp_path / "file").touch()
    monkeypatch.setattr(kept_graph, "KEPT", tmp_path / "file")  # where nothing can be kept
    write_graph(tmp_path / "fifth.onnx", size=32)
    assert len(exported_anew) == 4 and (tmp_path / "fifth.onnx").read_bytes() == b"graph"


def test_why_a_network_could_not_be_exported_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_graph, "KEPT", tmp_path / "share")
    with pytest.raises(InputError, match=r"efficientnet-lite0 could not be exported: .*Error"):
        write_graph(tmp_path / "e.onnx", size=-1)
    assert not (tmp_path / "e.onnx").exists() and not (tmp_path / "share").exists()


def test_the_exported_network_is_the_network(exported):
    torch = pytest.importorskip("torch")
    encoder = pretrained.Encoder(exported)
    found = encoder.encode(IMAGES[:4])
    assert found.shape == (4, 1280 + 320)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    network = export.features_of(export.load_network("efficientnet-lite0", 224)).eval()
    with torch.inference_mode():
        expected = network(torch.from_numpy(encoder._prepared(IMAGES[:4]))).numpy()
    assert np.abs(found - expected).max() < 1e-5


@pytest.mark.parametrize("size", [1, 3, 16])
def test_the_features_of_an_image_do_not_depend_on_its_batch(exported, size):
    encoder = pretrained.Encoder(exported)
    assert encoder.batch_invariant and not own.Encoder.batch_invariant
    images = np.random.default_rng(0).integers(0, 256, (20, 64, 64, 3), dtype=np.uint8)
    assert encoder.batch_size == 2
    expected = encoder.encode(images)
    encoder.batch_size = size
    assert np.array_equal(encoder.encode(images), expected)


def test_the_network_tells_photographs_apart(exported):
    """Crops of one photograph are more alike than crops of two."""
    from sklearn.datasets import load_sample_images

    crops = [p[y : y + 200, x : x + 200] for p in load_sample_images().images
             for y in (0, 200) for x in (0, 220, 440)]  # fmt: skip
    found = pretrained.Encoder(exported).encode(np.array(crops))
    alike = found @ found.T
    within = [alike[i, j] for i in range(12) for j in range(i) if (i < 6) == (j < 6)]
    between = [alike[i, j] for i in range(12) for j in range(i) if (i < 6) != (j < 6)]
    assert np.mean(within) > np.mean(between) + 0.05


def test_damaged_or_missing_weights_are_said_in_a_sentence(tmp_path, monkeypatch):
    damaged = tmp_path / "package/models/efficientnet-lite0-57934424.pth"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"x" * 1000)
    with monkeypatch.context() as patch:
        patch.setattr(pretrained, "weights_file", lambda network: damaged)
        with pytest.raises(InputError, match="is missing or damaged; install its package again"):
            export.export("efficientnet-lite0", 224)
    monkeypatch.setattr(pretrained, "find_module", lambda name: None)
    with pytest.raises(InputError, match="needs the package efficientnet-lite-pytorch"):
        pretrained.check()
    with pytest.raises(InputError, match="needs the package efficientnet-lite-pytorch"):
        kept_graph.graph_of()


def experiment(**model) -> dict:
    config = {"datasets": {"photos": {"source": "digits"}}, "models": {"given": model}}
    return complete_experiment(config, REPOSITORY / "workflow/schemas/config.schema.yaml")


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ({"architecture": "pretraind"}, "Did you mean `pretrained`"),
        ({"architecture": "pretrained", "params": {"network": "vgg"}}, "must be one of efficient"),
        ({"architecture": "pretrained", "params": {"netwrk": "x"}}, "netwrk is not known"),
        ({"architecture": "pretrained", "latent_dim": 5}, "comes trained as it is; remove"),
        ({"architecture": "onnx"}, "params.path is missing"),
        ({"architecture": "onnx", "params": {"path": "no.onnx"}}, "no file is there; check"),
        (
            {"architecture": "onnx", "size": 32, "params": {"path": "README.md", "size": 64}},
            "keep one of them",
        ),
        ({"architecture": "deeper", "size": 64}, "size is 64, but the images .* only 8 x 8"),
    ],
)
def test_what_is_wrong_with_a_model_is_said_before_anything_runs(model, sentence, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    with pytest.raises(InputError, match=sentence):
        check_experiment(experiment(**model))


def test_how_a_network_is_exported_counts_for_what_exports_it(tmp_path, monkeypatch):
    project = new_project(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    config = project.experiment | {
        "models": {"pretrained": {"architecture": "pretrained"}},
        "selection": {"criterion": "modularity", "encoder": "efficientnet-lite0"},
    }
    jobs = jobs_of_snakemake(config, "latents", "results/shapes/sample-features.npy")
    codes = {job.rule.name: job.params.get("code") for job in jobs}
    for rule, counts in (("export_encoder", True), ("encode_sample", True), ("read_images", False)):
        assert ("aecluster.encoders.export" in modules_behind(codes[rule])) == counts
        assert "torch" not in libraries_behind(codes[rule])  # which the job itself does not load
