"""Which images are used, the public-private split, and dataset.json."""

import hashlib
import json
import re

import numpy as np
import pytest
from PIL import Image

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_array
from aecluster.scoring.split import public_mask
from aecluster.sources import folder, prepare
from aecluster.sources.array_source import ArraySource
from aecluster.sources.choice import select
from aecluster.sources.description import describe
from aecluster.sources.prepare import read
from aecluster.sources.source import About, Unreadable

NAMES = ["cat", "dog", "sea"]
LABELS = np.array([0] * 20 + [1] * 5 + [2] * 12 + [-1] * 3)


def source_of(labels=LABELS, class_names=NAMES):
    array = np.arange(len(LABELS) * 64).reshape(-1, 8, 8) % 256
    return ArraySource(array, "test", About("test", "CC0"), labels, class_names)


def refused(sentence):
    return pytest.raises(InputError, match=re.escape(sentence))


def test_all_images_in_a_seeded_order():
    indices, labels, class_names = select(source_of(), seed=3)
    assert indices.dtype == np.int64 and labels.dtype == np.int64
    assert sorted(indices) == list(range(40)) and list(indices) != list(range(40))
    assert (labels == LABELS[indices]).all() and class_names == NAMES
    assert (select(source_of(), seed=3)[0] == indices).all()
    assert (select(source_of(), seed=4)[0] != indices).any()


def test_without_a_seed_the_order_of_the_source_stays():
    indices, labels, _ = select(source_of())
    assert (indices == np.arange(len(LABELS))).all()
    assert (labels == LABELS).all()
    some = select(source_of(), limit=7)[0]
    assert sorted(some) == list(some)
    assert set(some) == set(select(source_of(), limit=7, seed=0)[0])


def test_limit_takes_the_first_of_the_same_order():
    everything = select(source_of(), seed=3)[0]
    assert (select(source_of(), seed=3, limit=7)[0] == everything[:7]).all()
    assert len(select(source_of(), limit=1000)[0]) == 40
    with refused("limit must be at least 1, but is 0."):
        select(source_of(), limit=0)


def test_order_does_not_depend_on_labels():
    expected = select(source_of(), limit=9)[0]
    assert (select(source_of(LABELS[::-1].copy()), limit=9)[0] == expected).all()
    assert (select(source_of(None, None), limit=9)[0] == expected).all()
    assert (select(source_of(), limit=9, positive=["sea"])[0] == expected).all()


def test_without_labels_all_are_unlabelled():
    _, labels, class_names = select(source_of(None, None))
    assert labels.dtype == np.int64 and (labels == -1).all() and class_names == []


@pytest.mark.parametrize("limit, each", [(None, 5), (9, 3), (11, 3), (3, 1), (1000, 5)])
def test_balance_takes_as_many_of_each_class(limit, each):
    indices, labels, _ = select(source_of(), balance=True, limit=limit, seed=0)
    assert np.bincount(labels).tolist() == [each] * 3
    assert (labels == LABELS[indices]).all()
    assert len(set(indices)) == 3 * each
    order = list(select(source_of(), seed=0)[0])
    places = [order.index(index) for index in indices]
    assert places == sorted(places), "balanced images keep the random order"
    assert (np.diff(labels) < 0).any() or each == 1, "classes are mixed"


def test_balance_refuses():
    with refused("`balance` needs labels, and this data set has none"):
        select(source_of(None, None), balance=True)
    with refused("`balance` finds no image of the class 'sea'"):
        select(source_of(np.where(LABELS == 2, 0, LABELS)), balance=True)
    with refused("limit: 2 is less than one image for each of the 3 classes."):
        select(source_of(), balance=True, limit=2)


class Brittle(ArraySource):
    """Images some of which cannot be read."""

    def __init__(self, broken, max_broken):
        array = np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8)
        super().__init__(array, "test", About("test"), LABELS, NAMES)
        self.names = [f"{index}.png" for index in range(40)]
        self.broken, self.max_broken, self.left_out = broken, max_broken, {"a.txt": "no image"}

    def read(self, indices, size, fit="crop"):
        found = [index for index in indices.tolist() if index in self.broken]
        if found:
            raise Unreadable("x", dict.fromkeys(found[:2], "is broken"))  # not all at once
        return super().read(indices, size, fit)


@pytest.mark.parametrize("choice", [{}, {"limit": 9}, {"balance": True}, {"seed": 3, "limit": 7}])
def test_broken_images_are_left_out_and_others_take_their_place(choice, tmp_path):
    broken = {0, 1, 2, 21, 30}
    source = Brittle(broken, max_broken=0.5)
    indices, skipped = read(tmp_path / "images.npy", source, None, **choice)
    images = np.load(tmp_path / "images.npy")
    expected, labels, _ = select(source, without=broken, **choice)
    assert (indices == expected).all() and not broken & set(indices.tolist())
    assert (images[..., 0] == source._array[indices]).all()
    assert set(skipped["broken"]) <= {f"{index}.png" for index in broken}
    assert skipped["other"] == {"a.txt": "no image"}
    assert len(indices) == choice.get("limit", 12 if "balance" in choice else 35)
    if "balance" in choice:
        assert np.bincount(labels).tolist() == [4] * 3


def test_more_broken_images_than_allowed(tmp_path):
    path = tmp_path / "images.npy"
    assert len(read(path, Brittle({1, 5}, 0.05), None)[0]) == len(np.load(path)) == 38
    with refused("3 of 40 images of test cannot be read, and at most 5% may be left out") as caught:
        read(path, Brittle({1, 5, 7}, 0.05), None)
    assert "allow more with --broken 0.1 (of make: BROKEN=0.1;" in str(caught.value)
    assert "`params: {max_broken: 0.1}`" in str(caught.value)
    assert len(read(path, Brittle({1, 5, 7}, 0.1), None)[0]) == 37
    with refused("40 of 40 images of test cannot be read"):
        read(path, Brittle(set(range(40)), 1), None)


@pytest.mark.parametrize("block_bytes", [1, 500, 10**9])
def test_images_read_in_blocks_are_those_read_at_once(monkeypatch, tmp_path, block_bytes):
    monkeypatch.setattr(prepare, "_BLOCK_BYTES", block_bytes)
    source, path = Brittle(set(), 0), tmp_path / "images.npy"
    indices, _ = read(path, source, None, 3, seed=1)
    expected = np.repeat(source.read(indices, None), 3, axis=-1)
    save_array(tmp_path / "expected.npy", expected)
    assert path.read_bytes() == (tmp_path / "expected.npy").read_bytes()


def test_images_of_different_sizes_in_different_blocks(monkeypatch, tmp_path):
    monkeypatch.setattr(prepare, "_FIRST_BLOCK", 1)
    for name, side in (("a", 9), ("b", 10)):
        Image.new("L", (side, 8)).save(tmp_path / f"{name}.png")
    with refused("different sizes, 8 x 9 (a.png) and 8 x 10 (b.png); set `size: 32`"):
        read(tmp_path / "made/images.npy", folder.load(path=tmp_path), None)
    assert not list((tmp_path / "made").iterdir())


def test_positive_makes_two_classes():
    indices, labels, class_names = select(source_of(), positive=["sea", "cat"])
    assert class_names == ["other", "sea+cat"]
    expected = np.array([1, 0, 1, -1])[LABELS[indices]]
    assert (labels == expected).all() and labels.dtype == np.int64


def test_positive_and_balance_count_the_two_classes():
    _, labels, class_names = select(source_of(), positive=["sea"], balance=True)
    assert class_names == ["other", "sea"]
    assert np.bincount(labels).tolist() == [12, 12]


def test_positive_names_may_be_numbers_or_the_word_other():
    digits = source_of(class_names=["0", "1", "2"])
    assert select(digits, positive=[1])[2] == ["other", "1"]
    other = source_of(class_names=["cat", "other", "sea"])
    assert select(other, positive=["other"])[2] == ["rest", "other"]


def test_positive_refuses():
    with refused(
        "`positive` names 'seas', which is no class of this data set; it has cat, dog, sea; "
        "did you mean 'sea'?"
    ):
        select(source_of(), positive=["seas"])
    with refused("it has cat, dog, sea."):
        select(source_of(), positive=["zebra"])
    with refused("`positive` names 3 of the 3 classes"):
        select(source_of(), positive=NAMES)
    with refused("`positive` names 0 of the 3 classes"):
        select(source_of(), positive=[])
    with refused("`positive` needs labels"):
        select(source_of(None, None), positive=["cat"])


def test_public_mask():
    mask = public_mask(101, public=0.3, seed=5)
    assert mask.dtype == bool and mask.shape == (101,) and mask.sum() == 30
    assert (public_mask(101, public=0.3, seed=5) == mask).all()
    assert (public_mask(101, public=0.3, seed=6) != mask).any()
    assert not mask[:30].all(), "drawn at random"
    assert public_mask(10).sum() == 5
    assert public_mask(10, public=0).sum() == 0 and public_mask(10, public=1).all()
    order = np.random.default_rng(5).permutation(101)
    assert mask[order[:30]].all()


def test_describe(tmp_path):
    source = source_of()
    indices, labels, class_names = select(source, positive=["sea"])
    images = source.read(indices, None)
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    found = describe(source.about, mapped, labels, class_names, public=0.25, seed=7)
    assert found == {
        "source": "test",
        "licence": "CC0",
        "n_images": 40,
        "shape": [8, 8, 1],
        "class_names": ["other", "sea"],
        "counts": {"other": 25, "sea": 12},
        "n_unlabelled": 3,
        "skipped": {"broken": {}, "other": {}},
        "damaged": {},
        "read_as": [],
        "checksum": hashlib.sha256(images.tobytes()).hexdigest(),
        "split": {"public": 0.25, "seed": 7, "n_public": 10, "n_private": 30},
    }
    assert json.loads(json.dumps(found)) == found


def test_describe_without_labels():
    images = np.zeros((4, 8, 8, 3), np.uint8)
    found = describe(About("x"), images, np.full(4, -1), [])
    assert found["counts"] == {} and found["n_unlabelled"] == 4 and found["class_names"] == []


def test_checksum_of_a_large_array_is_that_of_its_bytes():
    images = np.random.default_rng(0).integers(0, 256, (3000, 40, 40, 1), dtype=np.uint8)
    found = describe(About("x"), images, np.full(3000, -1), [])
    assert found["checksum"] == hashlib.sha256(images.tobytes()).hexdigest()
