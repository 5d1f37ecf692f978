"""Every source of images: what it reads, and the sentence it says when it cannot."""

import ast
import gzip
import io
import os
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aecluster.errors import InputError
from aecluster.methods import short_names
from aecluster.sources import cifar, decoding, digits, folder, idx, npy, npz, photo_patches
from aecluster.sources.classes import encode
from aecluster.sources.find import is_unlabelled
from aecluster.sources.pixels import layout_of
from aecluster.sources.resizing import fit_all

SOURCES = Path(npy.__file__).parent
RNG = np.random.default_rng(0)


def pixels(*shape):
    return RNG.integers(0, 256, shape, dtype=np.uint8)


def saved(path, array):
    np.save(path, array)
    return path


def read_all(source, size=None):
    return source.read(np.arange(source.n_images), size)


def refused(sentence):
    """Expect an InputError in one line that holds these words."""
    return pytest.raises(InputError, match=re.escape(sentence))


# --- the interface ---------------------------------------------------------------------------


@pytest.mark.parametrize("source", short_names("sources"))
def test_all_functions_take_the_same_literal_keywords(source):
    tree = ast.parse((SOURCES / f"{source}.py").read_text())
    found = {node.name: node.args for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {"count", "load"} <= found.keys()
    for name in found.keys() & {"files", "count", "shape", "load"}:
        arguments = found[name]
        assert not arguments.args
        assert "size" not in [a.arg for a in arguments.kwonlyargs]
        assert ast.dump(arguments) == ast.dump(found["load"])
        for default in arguments.kw_defaults:
            assert default is None or isinstance(default, ast.Constant)


def test_importing_sources_stays_light():
    code = (
        "import sys; import aecluster.sources.photo_patches, aecluster.sources.digits, "
        "aecluster.sources.folder as f; import aecluster.sources.photo_patches as p; "
        "s = p.load(); s.read([0], 16); aecluster.sources.digits.load(); "
        "print([m for m in ('sklearn', 'torch', 'scipy', 'pandas') if m in sys.modules])"
    )
    path = {"PYTHONPATH": str(SOURCES.parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **path}, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr


# --- photo_patches and digits ----------------------------------------------------------------


def test_photo_patches_are_cut_from_the_photographs_of_scikit_learn():
    from sklearn.datasets import load_sample_images

    china, flower = load_sample_images().images
    source = photo_patches.load()
    shuffled = read_all(source)
    order = np.random.default_rng(0).permutation(2552)
    images = np.empty_like(shuffled)
    images[order] = shuffled
    assert photo_patches.count() == source.n_images == len(images) == 2 * 29 * 44 == 2552
    assert images.dtype == np.uint8 and images.shape[1:] == (32, 32, 3)
    half = len(images) // 2
    for photo, of_photo in ((flower, images[:half]), (china, images[half:])):
        for index in (0, 1, 44, 1275):
            top, left = 14 * (index // 44), 14 * (index % 44)
            assert (of_photo[index] == photo[top : top + 32, left : left + 32]).all()
    assert source.class_names == ["other", "scenery"]
    assert source.labels.dtype == np.int64
    assert np.bincount(source.labels).tolist() == [half, half]
    assert (source.labels == np.repeat([0, 1], half)[order]).all()
    assert "CC BY" in source.about.licence
    assert photo_patches.files() == {"images": [], "labels": []}


def test_photo_patches_read_in_the_order_asked_for():
    source = photo_patches.load(patch=16, stride=100)
    assert source.n_images == photo_patches.count(patch=16, stride=100) == 2 * 5 * 7
    images = read_all(source)
    order = np.array([69, 3, 3, 40])
    assert (source.read(order, None) == images[order]).all()
    assert source.read(order, 8).shape == (4, 8, 8, 3)


@pytest.mark.parametrize("n_images", [1, 501])
def test_photo_patches_from_random_places(n_images):
    source = photo_patches.load(patch=16, n_images=n_images)
    assert photo_patches.count(n_images=n_images) == source.n_images == n_images
    assert abs(2 * source.labels.sum() - n_images) <= 1
    images = read_all(source)
    order = np.arange(n_images)[::-1]
    assert (source.read(order, None) == images[order]).all()
    assert (read_all(photo_patches.load(patch=16, n_images=n_images)) == images).all()
    different = len(np.unique(images.reshape(n_images, -1), axis=0))
    assert different >= 0.9 * n_images  # some are of white sky alone


def test_a_random_patch_is_one_of_its_photograph(monkeypatch):
    monkeypatch.setattr(photo_patches, "_BRIGHTNESS", (1, 1))
    source = photo_patches.load(patch=32, n_images=6)
    everywhere = photo_patches.load(patch=32, stride=1)
    windows = everywhere._windows.reshape(2, -1, 32, 32, 3)
    for image, label in zip(read_all(source), source.labels, strict=True):
        corner = (windows[label][:, 0, 0] == image[0, 0]).all(1)
        mirrored = (windows[label][:, 0, -1] == image[0, 0]).all(1)
        assert (windows[label][corner] == image).all((1, 2, 3)).any() or (
            windows[label][mirrored][:, :, ::-1] == image
        ).all((1, 2, 3)).any()


def test_photo_patches_with_many_patches_need_little_memory():
    source = photo_patches.load(patch=200, stride=1)
    assert source.n_images == 2 * 228 * 441
    assert source.read(np.array([source.n_images - 1]), 32).shape == (1, 32, 32, 3)


@pytest.mark.parametrize(
    "settings, sentence",
    [
        ({"patch": 7}, "patch must be from 8 to 427 pixels, but is 7."),
        ({"patch": 428}, "patch must be from 8 to 427 pixels, but is 428."),
        ({"stride": 0}, "stride must be at least 1 pixel, but is 0."),
        ({"n_images": 0}, "n_images must be a whole number of at least 1, but is 0."),
        ({"n_images": "9"}, "n_images must be a whole number of at least 1, but is 9."),
    ],
)
def test_photo_patches_refuse(settings, sentence):
    for function in (photo_patches.files, photo_patches.count, photo_patches.load):
        with refused(sentence):
            function(**settings)


def test_digits_equal_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    expected = load_digits()
    source = digits.load()
    images = read_all(source)
    assert digits.count() == source.n_images == 1797
    assert images.shape == (1797, 8, 8, 1) and images.dtype == np.uint8
    assert (images[..., 0] == np.round(expected.images * 255 / 16)).all()
    assert (source.labels == expected.target).all()
    assert source.class_names == [str(name) for name in expected.target_names]
    assert digits.files() == {"images": [], "labels": []}


# --- npy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape, to_nhwc",
    [
        ((5, 9, 12), lambda a: a[..., None]),
        ((5, 9, 12, 1), lambda a: a),
        ((5, 9, 12, 3), lambda a: a),
        ((5, 1, 9, 12), lambda a: a.transpose(0, 2, 3, 1)),
        ((5, 3, 9, 12), lambda a: a.transpose(0, 2, 3, 1)),
    ],
)
def test_npy_layouts(tmp_path, shape, to_nhwc):
    array = pixels(*shape)
    source = npy.load(images=saved(tmp_path / "a.npy", array))
    assert npy.count(images=tmp_path / "a.npy") == source.n_images == 5
    order = np.array([4, 0, 0])
    images = source.read(order, None)
    assert images.dtype == np.uint8
    assert (images == to_nhwc(array)[order]).all()
    assert source.labels is None and source.class_names is None


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(
    "convert",
    [
        lambda v: v,
        lambda v: v.astype(np.int64),
        lambda v: v.astype(np.float32) / 255,
        lambda v: v.astype(np.float64),
        lambda v: v.astype(">u2") * 257,
        lambda v: v.astype(np.float16),
    ],
)
def test_npy_types_give_the_same_pixels(tmp_path, convert, order):
    values = pixels(3, 8, 8)
    values[0, 0, :2] = 0, 255
    array = np.asarray(convert(values), order=order)
    source = npy.load(images=saved(tmp_path / "a.npy", array))
    assert (read_all(source)[..., 0] == values).all()


def test_npy_values_are_rounded_and_not_cut_off(tmp_path):
    array = np.full((2, 8, 8), 0.7)
    array[1] = 0.999
    assert read_all(npy.load(images=saved(tmp_path / "a.npy", array)))[:, 0, 0, 0].tolist() == [
        178,
        255,
    ]
    array = np.full((1, 8, 8), 65535 // 2, np.uint16)
    assert read_all(npy.load(images=saved(tmp_path / "b.npy", array))).max() == 128 - 1


def test_npy_bool_becomes_black_and_white(tmp_path):
    array = pixels(2, 8, 8) > 127
    images = read_all(npy.load(images=saved(tmp_path / "a.npy", array)))
    assert (images[..., 0] == array * 255).all()


def test_npy_scale_does_not_depend_on_the_chosen_images(tmp_path):
    array = np.ones((2, 8, 8))
    array[1] = 255
    source = npy.load(images=saved(tmp_path / "a.npy", array))
    assert source.read(np.array([0]), None).max() == 1


def test_npy_is_memory_mapped(tmp_path):
    source = npy.load(images=saved(tmp_path / "a.npy", pixels(4, 8, 8, 3)))
    assert isinstance(source._array, np.memmap)
    assert not source._images.flags.owndata


def nan_images():
    array = np.zeros((4, 9, 8))
    array[2, 3, 4] = np.nan
    return array


@pytest.mark.parametrize(
    "array, sentence",
    [
        (nan_images(), "holds nan (first at index [2, 3, 4]); pixels must be finite"),
        (np.full((2, 8, 8), np.inf), "holds inf (first at index [0, 0, 0])"),
        (np.full((2, 8, 8), -1.0), "float64 values from -1 to -1; pixels need 0..255"),
        (np.full((2, 8, 8), 256), "int64 values from 256 to 256"),
        (np.full((2, 8, 8), 200, np.uint16), "uint16 but its greatest value is 200"),
        (np.eye(8, dtype=np.uint8)[None], "uint8 values up to 1, which reads as 0..255"),
        (np.full((2, 8, 8), 16.0), "float64 values up to 16, which reads as 0..255"),
        (np.full((2, 8, 8), 1), "nearly black) and as 0..1 (black to white)"),
        (np.full((2, 8, 8), "a"), "holds <U1 values; pixels need whole numbers"),
        (np.zeros((2, 8, 8), complex), "holds complex128 values"),
    ],
)
def test_npy_refuses_values(tmp_path, array, sentence):
    source = npy.load(images=saved(tmp_path / "a.npy", array))
    with refused(sentence) as caught:
        source.read(np.array([0]), None)
    assert str(tmp_path / "a.npy") in str(caught.value)


def test_nan_far_into_a_large_array_is_named_by_its_index(tmp_path):
    array = np.zeros((1100, 64, 64), np.float32)
    array[1090, 5, 6] = np.nan
    source = npy.load(images=saved(tmp_path / "a.npy", array))
    with refused("first at index [1090, 5, 6]"):
        source.read(np.array([0]), None)


@pytest.mark.parametrize(
    "shape, sentence",
    [
        ((9, 3, 9, 3), "reads as (N, H, W, C) = 3 x 9 pixels and as (N, C, H, W) = 9 x 3 pixels"),
        ((9, 1, 9, 3), "reads as (N, H, W, C) = 1 x 9 pixels and as (N, C, H, W) = 9 x 3 pixels"),
        ((9, 9), "the shape (9, 9); images need (N, H, W), (N, H, W, C) or (N, C, H, W)"),
        ((9, 9, 9, 4), "with C 1 or 3"),
        ((9, 9, 7), "each image is 9 x 7 pixels; images need at least 8 x 8."),
        ((0, 9, 9), "it holds no images"),
        ((32, 32, 3), "reads as 32 grey images of 32 x 3 pixels and as one image of 32 x 32"),
    ],
)
def test_npy_refuses_shapes_before_reading(tmp_path, shape, sentence):
    path = saved(tmp_path / "a.npy", np.zeros(shape, np.uint8))
    for function in (npy.count, npy.load):
        with refused(sentence):
            function(images=path)


def test_layouts_by_name():
    assert layout_of((9, 8, 8), "a") == "NHW"
    assert layout_of((3, 8, 8, 3), "a") == "NHWC"
    assert layout_of((3, 3, 8, 8), "a") == "NCHW"


@pytest.mark.parametrize("function", [npy.files, npy.count, npy.load])
@pytest.mark.parametrize("missing", ["images", "labels"])
def test_missing_files_are_named_early(tmp_path, function, missing):
    path = saved(tmp_path / "a.npy", pixels(4, 8, 8))
    settings = {"images": path, "labels": path, missing: tmp_path / "none.npy"}
    with refused(f"{tmp_path / 'none.npy'} does not exist; check the path."):
        function(**settings)


def test_npy_refuses_what_is_no_array(tmp_path):
    np.savez(tmp_path / "a.npz", images=pixels(4, 8, 8))
    with refused("is an .npz archive; use `source: npz`"):
        npy.load(images=tmp_path / "a.npz")
    with refused("is a folder, and a file is needed here"):
        npy.files(images=tmp_path)
    whole = saved(tmp_path / "a.npy", pixels(4, 8, 8)).read_bytes()
    (tmp_path / "cut.npy").write_bytes(whole[:-1])
    (tmp_path / "text.npy").write_text("hello")
    np.save(tmp_path / "object.npy", np.array([{}]), allow_pickle=True)
    for name in ("cut", "text", "object"):
        with refused("is not a whole .npy file of plain numbers"):
            npy.count(images=tmp_path / f"{name}.npy")


def test_paths_may_start_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    saved(tmp_path / "a.npy", pixels(4, 8, 8))
    saved(tmp_path / "l.npy", np.arange(4))
    expected = {"images": [str(tmp_path / "a.npy")], "labels": [str(tmp_path / "l.npy")]}
    assert npy.files(images="~/a.npy", labels="~/l.npy") == expected
    assert npy.files(images="~/a.npy")["labels"] == []
    assert npy.load(images="~/a.npy", labels="~/l.npy").labels.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "values, labels, class_names",
    [
        (np.array([7, 3, 10, -1, 3]), [1, 0, 2, -1, 0], ["3", "7", "10"]),
        (np.array([7, 3, 10, 255, 3], np.uint8), [1, 0, 2, 3, 0], ["3", "7", "10", "255"]),
        (np.array(["sea", "", "cat", "sea", "cat"]), [1, -1, 0, 1, 0], ["cat", "sea"]),
        (np.array([b"sea", b"", b"cat", b"sea", b"cat"]), [1, -1, 0, 1, 0], ["cat", "sea"]),
        (np.array([True, False, True, True, True]), [1, 0, 1, 1, 1], ["0", "1"]),
        (np.full(5, -1), [-1] * 5, []),
    ],
)
def test_labels_become_indices(tmp_path, values, labels, class_names):
    source = npy.load(
        images=saved(tmp_path / "a.npy", pixels(5, 8, 8)),
        labels=saved(tmp_path / "l.npy", values),
    )
    assert source.labels.dtype == np.int64
    assert source.labels.tolist() == labels
    assert source.class_names == class_names


@pytest.mark.parametrize(
    "values, sentence",
    [
        (np.arange(4), "has 4 labels for 5 images; give one label per image"),
        (np.zeros((5, 1), int), "has the shape (5, 1); labels need one axis, (5,) here."),
        (np.zeros(5), "holds float64 values; labels are whole numbers or text"),
    ],
)
def test_labels_refused(values, sentence):
    with refused(sentence):
        encode(values, 5, "l.npy")


# --- npz ---------------------------------------------------------------------------------------


def test_npz_members(tmp_path):
    array = pixels(5, 8, 9, 3)
    np.savez_compressed(tmp_path / "a.npz", images=array, labels=np.arange(5), x=array[:2])
    path = tmp_path / "a.npz"
    source = npz.load(path=path)
    assert (read_all(source) == array).all()
    assert source.labels.tolist() == [0, 1, 2, 3, 4]
    assert npz.count(path=path) == 5
    assert npz.count(path=path, images="x", labels="labels") == 2
    with refused("'labels' in " + str(path) + " has 5 labels for 2 images"):
        npz.load(path=path, images="x")
    assert npz.files(path=path) == {"images": [str(path)], "labels": [str(path)]}


def test_npz_labels_are_optional_under_their_default_name_only(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, images=pixels(5, 8, 9))
    assert npz.load(path=path).labels is None
    assert npz.fingerprints(path=path)["labels"] == ""
    for function in (npz.count, npz.load, npz.fingerprints):
        with refused("has no member 'y'; it has images: name the one with the labels"):
            function(path=path, labels="y")


@pytest.mark.parametrize("names", [("x_train", "y_train"), ("arr_0",)])
def test_npz_members_are_not_guessed(tmp_path, names):
    np.savez(tmp_path / "a.npz", **{name: pixels(5, 8, 9) for name in names})
    for function in (npz.count, npz.load, npz.fingerprints):
        with refused(f"has no member 'images'; it has {', '.join(names)}: name the one with the"):
            function(path=tmp_path / "a.npz")


def test_npz_fingerprints_tell_which_member_changed(tmp_path):
    array, labels = pixels(5, 8, 9), np.arange(5)
    prints = []
    for number, members in enumerate([(array, labels), (array, labels[::-1]), (array + 1, labels)]):
        path = tmp_path / f"{number}.npz"
        np.savez(path, images=members[0], labels=members[1])
        prints.append(npz.fingerprints(path=path))
    before, new_labels, new_images = prints
    assert new_labels["images"] == before["images"] and new_labels["labels"] != before["labels"]
    assert new_images["images"] != before["images"] and new_images["labels"] == before["labels"]
    with zipfile.ZipFile(tmp_path / "0.npz") as archive:
        assert int(before["images"], 16) == archive.getinfo("images.npy").CRC


def test_npz_refuses_broken_archives(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, images=pixels(5, 8, 9))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with refused("is not a whole .npz archive of plain numbers"):
        npz.count(path=path)
    path.write_bytes(whole[:300] + bytes([whole[300] ^ 255]) + whole[301:])
    with refused("is not a whole .npz archive of plain numbers (Bad CRC-32"):
        npz.load(path=path)
    np.savez(path, images=np.array([{}]), allow_pickle=True)
    with refused("is not a whole .npz archive of plain numbers (it holds Python objects"):
        npz.load(path=path)
    for function in (npz.files, npz.count, npz.load, npz.fingerprints):
        with refused("does not exist"):
            function(path=tmp_path / "none.npz")


# --- idx ---------------------------------------------------------------------------------------


def idx_bytes(array, kind=8):
    header = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("shape", [(5, 9, 12), (5, 9, 12, 3), (5, 3, 9, 12)])
def test_idx(tmp_path, pack, shape):
    array = pixels(*shape)
    images, labels = tmp_path / "images", tmp_path / "labels"
    images.write_bytes(pack(idx_bytes(array)))
    labels.write_bytes(pack(idx_bytes(np.array([7, 7, 2, 0, 9]))))
    source = idx.load(images=images, labels=labels)
    expected = array.reshape(5, 9, 12, 1) if len(shape) == 3 else array
    expected = expected.transpose(0, 2, 3, 1) if shape[1] == 3 else expected
    assert (read_all(source) == expected).all()
    assert source.labels.tolist() == [2, 2, 1, 0, 3]
    assert source.class_names == ["0", "2", "7", "9"]
    assert idx.count(images=images, labels=labels) == 5
    assert idx.load(images=images).labels is None
    assert idx.files(images=images) == {"images": [str(images)], "labels": []}


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"PK\3\4....", "is not an idx file (MNIST's format): it starts with 50 4b 03 04"),
        (b"", "is not an idx file"),
        (idx_bytes(pixels(5, 9, 9), kind=0x0D), "holds values of type 0x0d; only unsigned bytes"),
        (idx_bytes(pixels(5)), "has 1 axes; images have 3 or 4 and labels 1"),
        (idx_bytes(pixels(5, 9, 9))[:10], "ends within its header"),
        (idx_bytes(pixels(5, 7, 9)), "each image is 7 x 9 pixels"),
        (gzip.compress(idx_bytes(pixels(5, 9, 9)), mtime=0)[:12], "is a broken gzip file"),
    ],
)
def test_idx_refuses_headers(tmp_path, content, sentence):
    (tmp_path / "a").write_bytes(content)
    for function in (idx.count, idx.load):
        with refused(sentence):
            function(images=tmp_path / "a")


def test_idx_refuses_truncated_and_overlong_files(tmp_path):
    whole = idx_bytes(pixels(5, 9, 9))
    for content, found in ((whole[:-1], 404), (whole + b"\0", "more than 405")):
        (tmp_path / "a").write_bytes(content)
        with refused(f"has {found} values, and its header promises 405 (5 x 9 x 9)"):
            idx.load(images=tmp_path / "a")
    (tmp_path / "z").write_bytes(gzip.compress(whole)[:-20])
    with refused("is a broken gzip file"):
        idx.load(images=tmp_path / "z")
    with refused("has 3 axes; images have 3 or 4 and labels 1: are the two swapped?"):
        (tmp_path / "a").write_bytes(whole)
        idx.load(images=tmp_path / "a", labels=tmp_path / "a")


# --- cifar -------------------------------------------------------------------------------------


def records(labels):
    """Return records with these rows of labels, and the images, (n, 32, 32, 3)."""
    labels = np.array(labels, np.uint8)
    images = pixels(len(labels), 32, 32, 3)
    planes = images.transpose(0, 3, 1, 2).reshape(len(labels), -1)
    return np.hstack([labels, planes]).tobytes(), images


CIFAR10_NAMES = ["airplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


@pytest.fixture
def cifar10(tmp_path):
    """A folder like the unpacked CIFAR-10, its images and labels; batch 10 sorts after 2."""
    root = tmp_path / "cifar-10-batches-bin"
    root.mkdir()
    (root / "batches.meta.txt").write_text("\n".join(CIFAR10_NAMES) + "\n\n")
    (root / "readme.html").write_text("hello")
    all_images, all_labels = [], []
    names = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_10.bin", "test_batch.bin"]
    for number, name in enumerate(names):
        labels = [number, 9 - number, 5]
        content, images = records(np.reshape(labels, (3, 1)))
        (root / name).write_bytes(content)
        all_images.append(images)
        all_labels += labels
    return root, np.concatenate(all_images), all_labels


@pytest.fixture
def cifar100(tmp_path):
    """A folder like the unpacked CIFAR-100, and its images."""
    root = tmp_path / "cifar-100-binary"
    root.mkdir()
    (root / "coarse_label_names.txt").write_text("".join(f"coarse{i}\n" for i in range(20)))
    (root / "fine_label_names.txt").write_text("".join(f"fine{i}\n" for i in range(100)))
    train, train_images = records([[3, 30], [4, 99]])
    test, test_images = records([[19, 0]])
    (root / "test.bin").write_bytes(test)
    (root / "train.bin").write_bytes(train)
    return root, np.concatenate([train_images, test_images])


def packed(folder):
    """Pack a folder as the official archives are."""
    path = folder.with_suffix(".tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, folder.name)
    return path


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_cifar10(cifar10, form):
    root, expected, labels = cifar10
    path = root if form == "folder" else packed(root)
    source = cifar.load(path=path)
    assert cifar.count(path=path) == source.n_images == 12
    assert (read_all(source) == expected).all()
    assert source.labels.tolist() == labels
    assert source.class_names == CIFAR10_NAMES
    with refused("labels: coarse is not in CIFAR-10; it has fine labels."):
        cifar.load(path=path, labels="coarse")


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_cifar100(cifar100, form):
    root, expected = cifar100
    path = root if form == "folder" else packed(root)
    fine, coarse = cifar.load(path=path), cifar.load(path=path, labels="coarse")
    assert (read_all(fine) == expected).all() and (read_all(coarse) == expected).all()
    assert fine.labels.tolist() == [30, 99, 0] and coarse.labels.tolist() == [3, 4, 19]
    assert fine.class_names[99] == "fine99" and coarse.class_names[19] == "coarse19"
    for function in (cifar.count, cifar.load):
        with refused("labels: super is not in CIFAR-100; it has coarse and fine labels."):
            function(path=path, labels="super")


def test_cifar_reading_an_archive_writes_nothing(cifar10):
    root, _, _ = cifar10
    path = packed(root)
    before = sorted(root.parent.rglob("*"))
    read_all(cifar.load(path=path))
    assert sorted(root.parent.rglob("*")) == before


def test_cifar_single_files(cifar10, cifar100, tmp_path):
    root, expected, labels = cifar10
    source = cifar.load(path=root / "data_batch_2.bin")
    assert (read_all(source) == expected[3:6]).all() and source.labels.tolist() == labels[3:6]
    assert source.class_names == CIFAR10_NAMES
    other = tmp_path / "other"
    other.mkdir()
    for file, n, n_classes in (
        (root / "test_batch.bin", 3, 10),
        (cifar100[0] / "train.bin", 2, 100),
    ):
        (other / "mine.bin").write_bytes(file.read_bytes())
        assert cifar.count(path=other / "mine.bin") == n
        names = cifar.load(path=other / "mine.bin").class_names
        assert names == [str(i) for i in range(n_classes)]


def test_cifar_files(cifar10):
    root, _, _ = cifar10
    names = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_10.bin", "test_batch.bin"]
    expected = [str(root / name) for name in [*names, "batches.meta.txt"]]
    assert cifar.files(path=root) == {"images": expected, "labels": expected}
    archive = str(packed(root))
    assert cifar.files(path=archive) == {"images": [archive], "labels": [archive]}


def test_cifar_refuses(cifar10, cifar100, tmp_path):
    root, _, _ = cifar10
    batch = root / "data_batch_1.bin"
    whole = batch.read_bytes()
    batch.write_bytes(whole[:-1])
    with refused("has 9218 bytes, not a number of whole CIFAR-10 records of 3073 bytes"):
        cifar.count(path=root)
    batch.write_bytes(b"\x0a" + whole[1:])
    with refused("has the label 10, and CIFAR-10 has 10 fine classes"):
        cifar.load(path=root)
    (root / "train.bin").write_bytes(b"")
    with refused("holds files of both CIFAR-10 and CIFAR-100"):
        cifar.files(path=root)
    with refused("holds no CIFAR data; data_batch_*.bin and test_batch.bin"):
        cifar.files(path=tmp_path)
    (tmp_path / "mine.bin").write_bytes(b"12345")
    with refused("has 5 bytes, which does not tell its version"):
        cifar.count(path=tmp_path / "mine.bin")
    (tmp_path / "data_batch_1").write_bytes(b"")
    with refused("is the Python version of CIFAR (pickle)"):
        cifar.load(path=tmp_path)
    for function in (cifar.files, cifar.count, cifar.load):
        with refused("does not exist"):
            function(path=tmp_path / "none.tar.gz")


def test_cifar_refuses_broken_archives(cifar10, tmp_path):
    archive = packed(cifar10[0])
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    text = tmp_path / "text.tar.gz"
    text.write_text("hello")
    for path in (archive, text):
        with refused("is not a whole CIFAR archive") as caught:
            cifar.load(path=path)
        assert "\n" not in str(caught.value)


def test_cifar_takes_only_regular_files_from_an_archive(tmp_path):
    path = tmp_path / "evil.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("../train.bin")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with refused("holds no CIFAR data"):
        cifar.load(path=path)
    with tarfile.open(path, "w:gz") as archive:
        for name in ("a/train.bin", "b/train.bin"):
            info = tarfile.TarInfo(name)
            info.size = 3
            archive.addfile(info, io.BytesIO(b"abc"))
    with refused("holds train.bin twice"):
        cifar.load(path=path)


# --- folder ------------------------------------------------------------------------------------


def save_image(path, array, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return path


def flat(array):
    return np.full((8, 8), array, np.uint8)


def test_folder_classes_are_first_level_folders(tmp_path):
    images = {name: pixels(9, 12, 3) for name in ("b/z.png", "a/x/2.png", "a-c/1.bmp", "a/1.tiff")}
    for name, array in images.items():
        save_image(tmp_path / name, array)
    for ignored in ("a/notes.txt", "a/no_suffix", "a/.hidden.png", ".git/x.png", "a/data.h5"):
        (tmp_path / ignored).parent.mkdir(exist_ok=True)
        (tmp_path / ignored).write_bytes(b"not an image")
    (tmp_path / "empty").mkdir()
    source = folder.load(path=tmp_path)
    assert source.names == ["a-c/1.bmp", "a/1.tiff", "a/x/2.png", "b/z.png"]
    assert source.class_names == ["a", "a-c", "b"]
    assert source.labels.tolist() == [1, 0, 0, 2]
    assert folder.count(path=tmp_path) == source.n_images == 4
    order = np.array([3, 0])
    assert (source.read(order, None) == [images["b/z.png"], images["a-c/1.bmp"]]).all()
    assert folder.files(path=tmp_path) == {"images": [], "labels": []}
    stamps = {name: (tmp_path / name).stat() for name in source.names}
    assert folder.listing(path=tmp_path).stamps == {
        name: (stamp.st_size, stamp.st_mtime_ns) for name, stamp in stamps.items()
    }


def test_folder_without_sub_folders_has_no_labels(tmp_path):
    save_image(tmp_path / "2.PNG", flat(2))
    save_image(tmp_path / "1.png", flat(1))
    source = folder.load(path=str(tmp_path))
    assert source.names == ["1.png", "2.PNG"]
    assert source.labels is None and source.class_names is None
    images = read_all(source)
    assert images.shape == (2, 8, 8, 1) and images[:, 0, 0, 0].tolist() == [1, 2]


def test_folder_refuses_images_at_both_levels(tmp_path):
    save_image(tmp_path / "1.png", flat(1))
    save_image(tmp_path / "a/2.png", flat(1))
    for function in (folder.files, folder.count, folder.load):
        with refused("has images at its top level (1.png) and in sub-folders (a/2.png)"):
            function(path=tmp_path)


def test_folder_refuses_missing_and_empty_ones(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    for function in (folder.files, folder.count, folder.load):
        with refused(f"{tmp_path / 'none'} does not exist"):
            function(path=tmp_path / "none")
        with refused("is a file, and a folder is needed here"):
            function(path=tmp_path / "a.txt")
        with refused(f"{tmp_path} holds no images"):
            function(path=tmp_path)


def test_folder_names_the_file_that_does_not_decode(tmp_path):
    save_image(tmp_path / "1.png", pixels(64, 64, 3))
    cut = save_image(tmp_path / "2.png", pixels(64, 64, 3))
    cut.write_bytes(cut.read_bytes()[:2000])
    assert folder.count(path=tmp_path) == 2
    with refused(f"{cut} does not decode as an image ("):
        read_all(folder.load(path=tmp_path))
    cut.write_text("hello")
    with refused(f"{cut} is not an image that Pillow knows; remove it"):
        folder.load(path=tmp_path).read(np.array([1]), None)


def test_folder_refuses_small_images_and_those_that_take_much_memory(tmp_path, monkeypatch):
    path = save_image(tmp_path / "1.png", pixels(7, 30, 3))
    with refused(f"{path} is 30 x 7 pixels, and images need at least 8 x 8; remove"):
        read_all(folder.load(path=tmp_path), 16)
    save_image(path, pixels(30, 30, 3))
    monkeypatch.setattr(decoding, "MOST_BYTES", 3600)
    assert read_all(folder.load(path=tmp_path)).shape == (1, 30, 30, 3)
    monkeypatch.setattr(decoding, "MOST_BYTES", 3599)
    with refused(
        f"{path} needs 0.0 GB of memory to decode (900 pixels), above the limit of 0.0 GB"
    ):
        read_all(folder.load(path=tmp_path))


def test_folder_sizes(tmp_path):
    save_image(tmp_path / "1.png", pixels(10, 20, 3))
    save_image(tmp_path / "2.png", pixels(30, 20, 3))
    source = folder.load(path=tmp_path)
    with refused("images of different sizes, 20 x 10 (1.png) and 20 x 30 (2.png); set `size: 32`"):
        read_all(source)
    assert read_all(source, 9).shape == (2, 9, 9, 3)
    assert source.read(np.array([1]), None).shape == (1, 30, 20, 3)
    with refused("size: 7 is too small"):
        read_all(source, 7)


def test_folder_survives_links_in_a_circle(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    save_image(root / "b/1.png", flat(1))
    save_image(outside / "2.png", flat(2))
    (outside / "back").symlink_to(root)
    (outside / "self").symlink_to(outside)
    (root / "c").symlink_to(outside)
    (root / "d").symlink_to(outside)
    (root / "a").symlink_to(root / "b")
    (root / "b/up").symlink_to(root)
    source = folder.load(path=root)
    assert source.names == ["b/1.png", "c/2.png"]
    assert source.class_names == ["b", "c"]


@pytest.mark.parametrize(
    "image, expected",
    [
        (Image.new("1", (8, 8), 1), 255),
        (Image.new("L", (8, 8), 7), 7),
        (Image.new("LA", (8, 8), (0, 0)), 255),
        (Image.new("LA", (8, 8), (9, 255)), 9),
        (Image.fromarray(np.full((8, 8), 200 * 257, np.uint16)), 200),
        (Image.new("I", (8, 8), 3 * 257), 192),  # of 1023: ten bits hold it
        (Image.new("I", (8, 8), 60000), 233),
        (Image.new("F", (8, 8), 0.2), 51),
    ],
)
def test_folder_grey_modes(tmp_path, image, expected):
    image.save(tmp_path / "1.tiff")
    images = read_all(folder.load(path=tmp_path))
    assert images.shape == (1, 8, 8, 1)
    assert (images == expected).all()


@pytest.mark.parametrize(
    "name, image, expected",
    [
        ("1.png", Image.new("RGBA", (8, 8), (10, 20, 30, 0)), [255, 255, 255]),
        ("1.png", Image.new("RGBA", (8, 8), (10, 20, 30, 255)), [10, 20, 30]),
        ("1.png", Image.new("RGB", (8, 8), (10, 20, 30)).quantize(), [10, 20, 30]),
        ("1.tiff", Image.new("CMYK", (8, 8), (0, 255, 255, 0)), [255, 0, 0]),
    ],
)
def test_folder_colour_modes(tmp_path, name, image, expected):
    image.save(tmp_path / name)
    images = read_all(folder.load(path=tmp_path))
    assert images.shape == (1, 8, 8, 3)
    assert (images == expected).all()


def test_folder_palette_with_a_transparent_colour_becomes_white(tmp_path):
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 20, 30])
    image.save(tmp_path / "1.png", transparency=0)
    assert (read_all(folder.load(path=tmp_path)) == 255).all()


def test_folder_is_grey_only_if_every_image_is(tmp_path):
    save_image(tmp_path / "1.png", np.full((8, 8), 200 * 257, np.uint16))
    save_image(tmp_path / "2.png", flat(7))
    assert read_all(folder.load(path=tmp_path)).shape == (2, 8, 8, 1)
    save_image(tmp_path / "3.png", pixels(8, 8, 3))
    images = folder.load(path=tmp_path).read(np.array([0, 1]), None)
    assert images.shape == (2, 8, 8, 3)
    assert (images[0] == 200).all() and (images[1] == 7).all()


def test_folder_refuses_values_that_the_format_leaves_open(tmp_path):
    Image.new("F", (8, 8), float("nan")).save(tmp_path / "1.tiff")
    with refused("(values from nan to nan"):
        read_all(folder.load(path=tmp_path))
    for value in (70000, -5):
        Image.new("I", (8, 8), value).save(tmp_path / "1.tiff")
        with refused(f"(values from {value} to {value}, where its format allows 0 to 65535)"):
            read_all(folder.load(path=tmp_path))


def test_folder_turns_photographs_upright(tmp_path):
    array = np.zeros((16, 24, 3), np.uint8)
    array[:, :12] = 255  # white on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter, clockwise: the left becomes the top
    save_image(tmp_path / "1.jpg", array, exif=exif, quality=95)
    image = read_all(folder.load(path=tmp_path))[0]
    assert image.shape == (24, 16, 3)
    assert image[:11].min() > 240 and image[13:].max() < 15


def test_folder_jpeg_decoded_at_a_lower_resolution_keeps_its_detail(tmp_path):
    rows, columns = np.indices((64, 64)) // 8
    array = np.dstack([((rows + columns) % 2 * 200).astype(np.uint8)] * 3)
    save_image(tmp_path / "jpeg/1.jpg", array, quality=95)
    save_image(tmp_path / "png/1.png", array)
    for size in (32, 16, 8):
        jpeg, png = read_all(folder.load(path=tmp_path), size).astype(int)
        assert abs(jpeg - png).max() <= 25, size


# --- crop and resize ---------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(20, 40), (40, 20)])
def test_the_centre_square_is_kept(shape, channels):
    images = np.zeros((2, *shape, channels), np.uint8)
    middle = slice(10, 30)
    images[(slice(None), slice(None), middle) if shape == (20, 40) else (slice(None), middle)] = 90
    images[1] *= 2
    fitted = fit_all(images, 10)
    assert fitted.shape == (2, 10, 10, channels) and fitted.dtype == np.uint8
    assert (fitted[0] == 90).all() and (fitted[1] == 180).all()


def test_resizing_averages_and_does_not_skip():
    checkerboard = np.indices((64, 64)).sum(0) % 2 * 255
    fitted = fit_all(checkerboard[None, :, :, None].astype(np.uint8), 8)
    assert abs(fitted.astype(int) - 127).max() <= 2


def test_images_of_the_right_size_are_not_touched():
    images = pixels(2, 9, 9, 3)
    assert (fit_all(images, 9) == images).all()
    assert fit_all(images, 12).shape == (2, 12, 12, 3)


def test_arrays_are_resized_like_files(tmp_path):
    array = pixels(1500, 10, 12)
    source = npy.load(images=saved(tmp_path / "a.npy", array))
    order = RNG.permutation(1500)  # more than are read at once
    images = source.read(order, 8)
    assert (images == fit_all(array[order][..., None], 8)).all()
    save_image(tmp_path / "f/1.png", array[order[0]])
    assert (read_all(folder.load(path=tmp_path / "f"), 8)[0] == images[0]).all()
    with refused("size: 7 is too small; images need at least 8 pixels."):
        source.read(order, 7)


@pytest.mark.parametrize(
    ("source", "settings", "unlabelled"),
    [
        ("npy", {"images": "a.npy"}, True),
        ("npy", {"images": "a.npy", "labels": "b.npy"}, False),
        ("folder", {"path": "a"}, False),
        ("folder", {"path": "a", "labels": "none"}, True),
        ("npz", {"path": "a.npz"}, False),
        ("vectors", {"path": "a.npy"}, True),
        ("digits", {}, False),
    ],
)
def test_some_data_sets_have_no_labels_by_their_settings(source, settings, unlabelled):
    unset = {"images": None, "labels": None, "path": None, "params": {}}
    assert is_unlabelled({"source": source, **unset, **settings}) == unlabelled
