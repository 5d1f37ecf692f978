"""Equal images: counted when they are read, never parted, and no more groups than there are."""

from pathlib import Path

import numpy as np
import pytest
from in_process import SMALL, planned_jobs, run, run_jobs

from aecluster.clusterings.equal import united
from aecluster.clusterings.file import load_clusters
from aecluster.consensus.file import load_consensus
from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_json, load_table
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
    assert caplog.messages == [
        "photos: exact copies of other images: 1 of 3; they stay in one group with them"
    ]
    with pytest.raises(InputError, match="all 3 images of photos are equal"):
        check_different(np.zeros(3, int), "photos")
    check_different(np.zeros(1, int), "photos")


@pytest.fixture
def copies(tmp_path, monkeypatch):
    """5 images copied 8 times, two of them and two equal new ones to place, as an experiment."""
    monkeypatch.chdir(tmp_path)
    five = pictures(5)
    np.save("images.npy", np.tile(five, (8, 1, 1, 1)))
    np.save("later.npy", np.concatenate([five[3:], np.repeat(pictures(1), 2, axis=0)]))
    return SMALL | {
        "seeds": [0, 1],
        "datasets": {"copies": {"source": "npy", "images": "images.npy"}},
        "assign": {"later": {"source": "npy", "images": "later.npy"}},
        "reductions": {
            "pca2": {"method": "pca", "dim": 2},
            "tsne": {"method": "tsne", "dim": 2, "params": {"perplexity": 5}},
        },
        "clusterings": {name: {"method": name, "n_clusters": 4} for name in ("kmeans", "spectral")},
    }


def test_copies_are_in_one_group_in_every_clustering_in_the_vote_and_when_placed(copies):
    code, text = run(copies, "assign")
    assert code == 0, text
    assert "exact copies of other images: 35 of 40" in text
    assert load_json("results/copies/read.json")["n_different"] == 5
    folder = Path("results/copies")
    tables = [load_clusters(file, 40) for file in folder.glob("small/*/*/*/clusters.csv")]
    tables += [load_consensus(file, 40)[0] for file in folder.glob("consensus/**/clusters.csv")]
    assert len(tables) == 2 * 2 * 2 + 3
    for labels in tables:
        assert np.array_equal(labels, np.tile(labels[:5], 8))
    labels, confidence = load_consensus(folder / "consensus/clusters.csv", 40)
    assert np.array_equal(confidence, np.tile(confidence[:5], 8))
    placed = load_table(folder / "assigned/later/clusters.csv")["label"].tolist()
    assert placed[:2] == labels[3:5].tolist() and placed[2] == placed[3]


@pytest.mark.parametrize("target", ["consensus", "reduce"])
def test_too_many_groups_are_refused_before_training(copies, target):
    copies["clusterings"] = {"kmeans": {"method": "kmeans", "n_clusters": 12}}
    code, text = run(copies, target)
    assert code == 1 and "copies has 5 different images (40 with their copies)" in text
    assert not list(Path("results").rglob("model.pt"))


def test_too_many_groups_are_refused_where_the_models_are_trained(copies, capsys):
    """The number of groups is no reason to train again, so then the clustering refuses it."""
    kmeans = {"method": "kmeans", "n_clusters": 4}
    copies |= {"seeds": [0], "clusterings": {"kmeans": kmeans}}
    run_jobs(planned_jobs(copies, "reduce"))
    kmeans["n_clusters"] = 12
    with pytest.raises(SystemExit):
        run_jobs([job for job in planned_jobs(copies, "cluster") if job[0] == "cluster.py"])
    assert "at most 5 groups, but 12 are asked for" in capsys.readouterr().err
