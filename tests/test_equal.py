"""Equal images: counted when they are read, never parted, and no more groups than there are."""

import numpy as np
import pytest

from aecluster.clusterings.equal import united
from aecluster.errors import InputError
from aecluster.sources.different import check_different, check_groups, n_different
from aecluster.sources.equal import first_equal

RNG = np.random.default_rng(0)


def pictures(n):
    return RNG.integers(0, 256, (n, 8, 8, 3), dtype=np.uint8)


def test_each_image_is_led_to_the_first_that_is_equal():
    images = pictures(4)[[0, 1, 0, 2, 1, 0, 3]]
    assert first_equal(images).tolist() == [0, 1, 0, 3, 1, 0, 6]
    assert first_equal(images[:3], images[3:]).tolist() == [0, 1, 0, 3, 1, 0, 6]
    assert first_equal(images[:3]).dtype == np.int64
    assert n_different(first_equal(images)) == 4


def test_one_pixel_makes_a_difference():
    images = np.repeat(pictures(1), 3, axis=0)
    images[2, 7, 7, 2] ^= 1
    assert first_equal(images).tolist() == [0, 0, 2]


def test_most_copies_decide_and_of_as_many_the_earlier_ones():
    equal = np.array([0, 1, 0, 0, 4, 4, 6, 6, 6, 6])
    clusters = np.array([5, 2, 3, 3, 1, 0, -1, 9, -1, 9])
    assert united(clusters, equal).tolist() == [3, 2, 3, 3, 1, 1, -1, -1, -1, -1]


def test_clusters_of_different_images_stay_as_they_are():
    clusters = RNG.integers(-1, 5, 1000)
    assert np.array_equal(united(clusters, np.arange(1000)), clusters)
    alone = np.full(5, -1)
    assert np.array_equal(united(alone, np.arange(5)), alone)


def test_the_majority_is_that_of_a_count_by_hand():
    equal = first_equal(pictures(30)[RNG.integers(0, 30, 500)])
    clusters = RNG.integers(-1, 4, 500)
    found = united(clusters, equal)
    for image in np.unique(equal):
        own = clusters[equal == image]
        [label] = set(found[equal == image])
        assert (own == label).sum() == max((own == other).sum() for other in own)


def test_more_groups_than_different_images_are_refused_in_a_sentence():
    equal = np.tile(np.arange(5), 8)
    check_groups(equal, 5, "holiday")
    with pytest.raises(
        InputError, match=r"holiday has 5 different images \(40 with.* at most 5 gr"
    ):
        check_groups(equal, 6, "holiday")


def test_copies_are_mentioned_and_nothing_but_copies_is_refused(caplog):
    with caplog.at_level("INFO", "aecluster"):
        check_different(np.arange(9), "photos")
        assert not caplog.records
        check_different(np.array([0, 0, 2]), "photos")
    assert caplog.messages == ["photos: 2 different images among 3; copies stay in one group"]
    with pytest.raises(InputError, match="all 3 images of photos are equal"):
        check_different(np.zeros(3, int), "photos")
    check_different(np.zeros(1, int), "photos")
