"""Duplicates, outliers, typical images, flags of quality and neighbours."""

import io

import numpy as np
import pandas as pd
import pytest
from photographs import photographs
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from aecluster.properties import neighbours as search
from aecluster.properties.grey import to_grey
from aecluster.properties.neighbours import N_NEIGHBOURS, nearest
from aecluster.properties.outliers import mean_distances
from aecluster.properties.overlay import rough_overlay
from aecluster.properties.quality import measures, quality
from aecluster.properties.run import properties
from aecluster.properties.table import ranked, with_properties
from aecluster.properties.typicality import typicality
from aecluster.sources.equal import first_equal

SIDE, N = 96, 40
RNG = np.random.default_rng(0)


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality)
    return Image.open(kept).convert("RGB")


def cropped(image: Image.Image, part: float) -> Image.Image:
    """Cut that part of each side away, most of it at the left and the top."""
    side = round(image.width * (1 - part))
    left, top = round(0.8 * (image.width - side)), round(0.6 * (image.width - side))
    return image.crop((left, top, left + side, top + side))


COPIES = {
    "equal": lambda image: image,
    "resized": lambda image: image.resize((image.width // 2,) * 2),
    "recompressed": lambda image: jpeg(image, 40),
    "cropped by 5 %": lambda image: cropped(image, 0.05),
    "cropped by 10 %": lambda image: cropped(image, 0.10),
    "cropped by 15 %": lambda image: cropped(image, 0.15),
    "mirrored": ImageOps.mirror,
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
}


def patches(n: int) -> list[Image.Image]:
    """Return different parts, 192 x 192, of two photographs of scikit-learn."""
    rng = np.random.default_rng(0)
    parts = []
    for photo in photographs()[:2]:
        places = [(x, y) for x in range(0, 440, 72) for y in range(0, 230, 72)]
        chosen = rng.permutation(len(places))[: n // 2]
        parts += [photo.crop((x, y, x + 192, y + 192)) for x, y in np.array(places)[chosen]]
    return parts


def as_array(pictures: list[Image.Image]) -> np.ndarray:
    return np.stack([np.asarray(picture.resize((SIDE, SIDE))) for picture in pictures])


def features(images: np.ndarray) -> np.ndarray:
    """Stand in for a network: quantiles of each colour, nearly the same in all copies."""
    levels = np.quantile(images, np.linspace(0.05, 0.95, 10), axis=(1, 2))
    return np.concatenate(levels, axis=1).astype(np.float32)


def table(images: np.ndarray, labels=None, sides=None, n_threads=1) -> pd.DataFrame:
    latents = features(images)
    labels = np.zeros(len(images), int) if labels is None else labels
    near = nearest(latents)
    return properties(images, first_equal(images), labels, latents, near, sides, n_threads)


@pytest.fixture(scope="module")
def found() -> np.ndarray:
    """The sets of 40 pictures and a copy of each, of one kind after the other."""
    originals = patches(N)
    kinds = list(COPIES.values())
    copies = [kinds[i % len(kinds)](picture) for i, picture in enumerate(originals)]
    return table(as_array([*originals, *copies]))["duplicates"].to_numpy()


@pytest.mark.parametrize("kind", COPIES)
def test_made_duplicates_are_found(found, kind):
    own = slice(list(COPIES).index(kind), N, len(COPIES))
    assert np.mean((found[:N] == found[N:])[own] & (found[N:][own] >= 0)) >= 0.8


def test_no_other_picture_is_called_a_duplicate(found):
    sizes = np.bincount(found[found >= 0])
    assert (sizes == 2).all() and len(sizes) >= 36
    assert all(len(set(np.flatnonzero(found == s) % N)) == 1 for s in range(len(sizes)))


def test_the_table_is_the_same_with_any_number_of_threads(monkeypatch):
    originals = patches(12)
    images = as_array([*originals, *(jpeg(picture, 60) for picture in originals[:6])])
    whole = table(images)
    assert 8 <= (whole["duplicates"] >= 0).sum() <= 12
    monkeypatch.setattr("aecluster.properties.duplicates._PAIRS", 5)
    monkeypatch.setattr("aecluster.sources.pixels._BLOCK_VALUES", 3 * SIDE * SIDE * 3)
    for n_threads in (1, 4):
        pd.testing.assert_frame_equal(whole, table(images, n_threads=n_threads), rtol=1e-9)


def test_no_chain_of_crops_joins_two_pictures():
    """Each is a crop of the one before, and the last shows little of the first."""
    steps = [photographs()[0].crop((100, 20, 500, 420))]
    for _ in range(7):
        steps.append(cropped(steps[-1], 0.1))
    sets = table(as_array(steps))["duplicates"].to_numpy()
    assert sets.max() >= 0
    assert all(np.ptp(np.flatnonzero(sets == number)) <= 2 for number in range(sets.max() + 1))


def test_more_copies_than_neighbours_are_one_set():
    first, second = patches(2)
    kinds = [first, *(ImageEnhance.Brightness(first).enhance(by) for by in (0.9, 1.15))]
    copies = [jpeg(kind, quality) for kind in kinds for quality in range(40, 96, 4)]
    sets = table(as_array([first, *copies, second]))["duplicates"].tolist()
    assert sets == [0] * (1 + len(copies)) + [-1] and len(copies) > N_NEIGHBOURS


def test_no_pair_is_compared_twice(monkeypatch):
    compared = []
    monkeypatch.setattr(
        "aecluster.properties.duplicates.rough_overlay",
        lambda one, other: (
            compared.extend(zip(one, other, strict=True)) or rough_overlay(one, other)
        ),
    )
    steps = [patches(2)[0]]
    for _ in range(11):
        steps.append(cropped(steps[-1], 0.04))
    table(as_array(steps))
    pairs = {(one.tobytes(), other.tobytes()) for one, other in compared}
    assert len(pairs) == len(compared) > len(steps)


def test_sets_are_numbered_by_their_first_images():
    images = RNG.integers(0, 256, (6, 16, 16, 1), dtype=np.uint8)
    images[4], images[5], images[3] = images[1], images[0], images[1]
    assert table(images)["duplicates"].tolist() == [0, 1, -1, 1, 1, 0]


def test_planted_aliens_are_the_farthest():
    latents = RNG.normal(1, 0.3, (200, 30))
    latents[[7, 70, 170]] = RNG.normal(0, 0.1, 30) + RNG.normal(0, 0.02, (3, 30))
    rank = ranked(mean_distances(nearest(latents)[1]))
    assert set(np.argsort(-rank)[:10]) >= {7, 70, 170}
    assert rank.min() == 0 and rank.max() == 1


def test_the_middle_of_a_group_is_typical():
    angles = np.array([0, 10, 20, 90, 100, 111, 45]) * np.pi / 180
    latents = np.column_stack([np.cos(angles), np.sin(angles)]) * np.arange(1, 8)[:, None]
    ranks = typicality(latents, np.array([0, 0, 0, 1, 1, 1, -1]))
    assert ranks[1] == ranks[4] == 1 and ranks[6] == 0
    assert typicality(latents[:1], np.array([0])).tolist() == [1]


def flags(pictures: list[Image.Image], sides=None) -> list[str]:
    images = as_array(pictures)
    shorter = None if sides is None else np.minimum(*sides)
    return quality(measures(to_grey(images), shorter), sides)


def test_bad_pictures_among_good_ones_are_flagged():
    good = patches(N)
    bad = {
        "dark": ImageEnhance.Brightness(good[1]).enhance(0.2),
        "bright": good[2].point(lambda value: 247 + value / 32),
        "blurry": good[3].filter(ImageFilter.GaussianBlur(9)),
    }
    found = flags([*good, *bad.values(), Image.new("RGB", (SIDE, SIDE), "grey")])
    assert sum(map(bool, found[:N])) <= 2
    for (flag, _), text in zip(bad.items(), found[N:-1], strict=True):
        assert flag in text.split()
    assert found[-1] == "low_information"


def test_what_all_pictures_are_is_no_fault_of_theirs():
    smooth = [picture.filter(ImageFilter.GaussianBlur(9)) for picture in patches(N)]
    drawings = [Image.new("RGB", (SIDE, SIDE), "white") for _ in range(20)]
    for number, drawing in enumerate(drawings):
        drawing.paste("black", (5, 5, 25 + number, 8))
    for pictures in (smooth, drawings):
        assert sum(map(bool, flags(pictures))) <= 0.1 * len(pictures)


def test_files_of_odd_shape_are_flagged_and_enlarged_ones_are_not_called_blurry():
    pictures = patches(10)
    pictures[0] = pictures[1] = pictures[0].filter(ImageFilter.GaussianBlur(9))
    width, height = np.full(10, 400), np.full(10, 300)
    width[0], height[0] = 40, 30
    width[5], height[6] = 1200, 400
    found = flags(pictures, (width, height))
    assert found[0] == "" and found[1] == "blurry"
    assert found[5] == "odd_shape" and found[6] == ""


def test_small_files_are_called_blurry_only_for_their_own_blur():
    good = [picture.resize((48, 48)) for picture in patches(N)]
    blurred = [good[k].filter(ImageFilter.GaussianBlur(3)) for k in range(5)]
    everything = as_array([*good, *blurred])
    sides = (np.full(len(everything), 48), np.full(len(everything), 60))
    found = table(everything, sides=sides)["quality"]
    assert [text.split().count("blurry") for text in found] == N * [0] + 5 * [1]


def test_many_neighbours_are_found_by_descent_with_few_missed(monkeypatch):
    latents = RNG.normal(size=(600, 12)).astype(np.float32)
    exact, distances = nearest(latents)
    monkeypatch.setattr(search, "_EXACT", 100)
    near, away = nearest(latents)
    shared = np.mean([len(set(a) & set(b)) for a, b in zip(exact, near, strict=True)]) / 10
    assert shared > 0.95 and np.allclose(away[:, 0], distances[:, 0], atol=1e-5)
    assert not (near == np.arange(600)[:, None]).any()
    assert (nearest(latents)[0] == near).all()


def test_exact_neighbours_do_not_depend_on_the_size_of_blocks(monkeypatch):
    latents = RNG.normal(size=(50, 4)).astype(np.float32)
    whole = nearest(latents)[0]
    monkeypatch.setattr(search, "_BLOCK_VALUES", 7 * 50)
    assert (nearest(latents)[0] == whole).all()


def test_clusters_csv_keeps_its_columns_and_gets_more():
    groups = pd.DataFrame({"id": [0], "file": ["a"], "label": [1], "confidence": [0.5]})
    known = pd.DataFrame([[0, 1.0, 0.5, 0.25, -1, "dark"]])
    known.columns = ["id", "typicality", "outlier", "distance", "duplicates", "quality"]
    told = with_properties(groups, np.array([2]), known)
    more = ["runner_up", "typicality", "outlier", "distance", "duplicates", "quality"]
    assert list(told.columns) == ["id", "file", "label", "confidence", *more]
    assert told.iloc[0].tolist() == [0, "a", 1, 0.5, 2, 1.0, 0.5, 0.25, -1, "dark"]
