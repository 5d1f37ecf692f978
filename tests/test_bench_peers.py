"""The comparison with what a user would pick instead: lists, scores, table, page and figure."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aecluster.errors import InputError
from bench import ROOT
from bench.experiment import read_experiment
from bench.peers import contest
from bench.peers.contest import Images, find_images, installed, missing, run_peer, scores
from bench.peers.figure import peer_figure
from bench.peers.files import Task, image_files, read_groups, read_images, save_groups
from bench.peers.known import OWN, PEERS, Peer
from bench.peers.table import peer_table, targets
from bench.peers.text import page

ABOUT = {
    "folder": "flowers",
    "n_images": 750,
    "n_clusters": 5,
    "n_classes": 5,
    "runs": 3,
    "machine": "a processor",
    "cores": 2,
    "versions": "Python 3",
    "load": 0.0,
}
SLOW, QUICK = PEERS[0].name, PEERS[-1].name


def record(peer, seconds, nmi, run=0, **more):
    more.setdefault("n_grouped", 750)
    cost = {"seconds": seconds, "cpu_seconds": 2 * seconds, "peak_mb": 500.0}
    found = {"nmi": nmi, "accuracy": nmi + 0.1, "chance": 0.23, "n_clusters": 5}
    return {"peer": peer, "run": run} | cost | found | more


RECORDS = [
    *(record(OWN, 60 + run, 0.55, run, seconds_to_groups=40.0 + run) for run in range(3)),
    *(record(SLOW, seconds, 0.01, run) for run, seconds in enumerate((300, 330, 200))),
    *(record(QUICK, 20, nmi, run) for run, nmi in enumerate((0.4, 0.45, 0.41))),
]


@pytest.fixture
def folder(tmp_path):
    """Two classes of three images, one file that is none, and one that is broken."""
    for name in ("a/1.png", "a/2.JPG", "b/3.png", "b/=4.png"):
        file = tmp_path / "images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((6, 4), 9, np.uint8)).save(file)
    (tmp_path / "images/b/notes.txt").write_text("no image")
    return tmp_path / "images"


def test_a_peer_reads_what_can_be_read_and_its_groups_come_back(folder, tmp_path, capsys):
    (folder / "a/0.png").write_text("broken")
    assert [file.name for file in image_files(folder)] == [
        "0.png",
        "1.png",
        "2.JPG",
        "3.png",
        "=4.png",
    ]
    files, images = read_images(folder, 8)
    assert images.shape == (4, 8, 8, 3) and images.dtype == np.uint8 and len(files) == 4
    assert "a/0.png" in capsys.readouterr().out
    out = tmp_path / "groups.csv"
    save_groups(Task(folder, 2, 0, out, "pca"), map(str, files), np.array([0, 1, 1, 0]))
    assert read_groups(out) == {"a/1.png": 0, "a/2.JPG": 1, "b/3.png": 1, "b/=4.png": 0}


def test_the_groups_of_the_workflow_are_read_by_the_names_of_its_files(tmp_path):
    file = tmp_path / "clusters.csv"
    file.write_text("\ufefffile,id,label,corrected\na/é.png,0,3,1\n./=4.png,1,0,0\n", "utf-8")
    assert read_groups(file) == {"a/é.png": 3, "=4.png": 0}


def test_sub_folders_are_the_classes_and_their_number_is_that_of_the_groups(folder):
    images = find_images(str(folder), None)
    assert images.names == ["a/1.png", "a/2.JPG", "b/3.png", "b/=4.png"]
    assert images.labels.tolist() == [0, 0, 1, 1] and images.n_clusters == 2
    assert find_images(str(folder), 3).n_clusters == 3
    with pytest.raises(InputError, match="has no two sub-folders"):
        find_images(str(folder / "a"), None)
    with pytest.raises(InputError, match="IMAGES=FOLDER"):
        find_images("", None)


def test_groups_are_scored_under_any_names_and_a_missing_image_counts_as_wrong():
    images = Images(Path(), list("abcd"), np.array([0, 0, 1, 1]), 2)
    found = scores({"a": 7, "b": 7, "c": 1, "d": 1}, images)
    assert found["nmi"] == pytest.approx(1) and found["accuracy"] == 1
    assert (found["n_clusters"], found["n_grouped"]) == (2, 4)
    found = scores({"a": 7, "b": 7, "c": 1, "elsewhere": 1}, images)
    assert found["accuracy"] == 0.75 and found["nmi"] < 1 and found["n_grouped"] == 3


def test_every_peer_is_a_module_with_pinned_packages():
    locks = [ROOT / f"envs/requirements{kind}.txt" for kind in ("", "-peers")]
    pinned = {
        line.split("==")[0].lower() for lock in locks for line in lock.read_text().split("\n")
    }
    for peer in PEERS:
        assert (ROOT / f"bench/peers/{peer.module}.py").is_file()
        assert {name.lower() for name in peer.packages} <= pinned
    assert not [line for line in locks[1].read_text().split("\n") if line.startswith("torch")]


def test_a_peer_without_its_packages_is_left_out_in_a_sentence():
    found = installed(Path(sys.executable))
    assert found["torch"] and "clustimage" not in found
    assert missing(PEERS[0], found) == "clustimage could not be installed."
    assert missing(PEERS[-1], found) is None
    assert installed(Path("nowhere/python")) == {}


def a_module(monkeypatch, tmp_path, text):
    """Make run_peer run a module of this text."""
    (tmp_path / "bench/peers").mkdir(parents=True)
    for package in ("bench", "bench/peers"):
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / "bench/peers/one.py").write_text(text)
    monkeypatch.setattr(contest, "ROOT", tmp_path)
    return Peer("one", "one", "m", (), "")


def test_a_run_is_timed_and_scored(folder, tmp_path, monkeypatch):
    text = (
        "import os, sys; images, k, seed, out, method = sys.argv[1:]; "
        "assert (k, seed, method, os.environ['OMP_NUM_THREADS']) == ('2', '7', 'm', '2'); "
        "assert os.environ['TMPDIR'] == os.path.dirname(out); "
        "open(out, 'w').write('file,group\\na/1.png,1\\na/2.JPG,1\\nb/3.png,0\\nb/=4.png,0\\n')"
    )
    peer = a_module(monkeypatch, tmp_path / "copy", text)
    images = find_images(str(folder), None)
    log = tmp_path / "one.log"
    told = run_peer(peer, Path(sys.executable), images, tmp_path / "home", 7, 2, log)
    assert told["nmi"] == pytest.approx(1) and told["run"] == 7, log.read_text()
    assert 0 < told["seconds"] < 20
    json.dumps(told)


def test_a_run_that_fails_is_told_by_its_last_line(folder, tmp_path, monkeypatch):
    peer = a_module(
        monkeypatch,
        tmp_path / "copy",
        "print('so far', flush=True); raise SystemExit('no such model\\n')",
    )
    log = tmp_path / "one.log"
    images = find_images(str(folder), None)
    told = run_peer(peer, Path(sys.executable), images, tmp_path / "home", 0, 2, log)
    assert told == {
        "peer": "one",
        "run": 0,
        "failed": f"it ended with an error: no such model (log: {log})",
    }


def test_the_table_has_medians_and_the_best_first():
    table = peer_table([*RECORDS, {"peer": "another", "run": 0, "failed": "it ended."}])
    assert table["peer"].tolist() == [OWN, QUICK, SLOW]
    slow = table.set_index("peer").loc[SLOW]
    assert (slow["seconds"], slow["seconds_least"], slow["seconds_most"]) == (300, 200, 330)
    assert slow["times_as_long"] == pytest.approx(300 / 61)
    quick = table.set_index("peer").loc[QUICK]
    assert (quick["nmi"], quick["nmi_least"], quick["nmi_most"]) == (0.41, 0.4, 0.45)
    assert table.loc[0, "seconds_to_groups"] == 41 and table["runs"].tolist() == [3, 3, 3]
    assert peer_table([{"peer": "another", "run": 0, "failed": "it ended."}]).empty


def test_the_next_best_peer_is_the_one_of_the_highest_nmi():
    higher, faster = targets(peer_table(RECORDS))
    assert QUICK in higher[0] and higher[2]
    assert faster[1] == "0.33 times" and not faster[2]
    better = [*RECORDS[:6], *(record(QUICK, 190, 0.6, run) for run in range(3))]
    higher, faster = targets(peer_table(better))
    assert not higher[2] and higher[1] == "0.550, the peer 0.600"
    assert faster[2]
    assert targets(peer_table(RECORDS[3:])) == [] == targets(peer_table(RECORDS[:3]))


def test_the_page_says_what_was_measured_and_what_was_not():
    why = "clustpy could not be installed."
    text = page(ABOUT, [*RECORDS, {"peer": "ClustPy, DEC", "run": 0, "failed": why}])
    assert "flowers: 750 images, 5 groups. " in text and "median of 3 runs" in text
    assert f"| {SLOW} | 300.0 (200.0 to 330.0) | 4.9 | 600 | 500 | 0.010 (0.010 to 0.010)" in text
    assert "to its page; its groups are there after 41 s" in text
    assert f"- {SLOW}: {PEERS[0].how}." in text and "- ClustPy, SubKmeans" not in text
    assert f"- ClustPy, DEC: not measured: {why}" in text
    assert "had other work" not in text
    busy = page(ABOUT | {"load": 2.0, "n_clusters": 4, "runs": 1}, RECORDS[3:4])
    assert (
        "had other work" in busy and "4 groups (5 classes)" in busy and "median of one run" in busy
    )
    assert "| 300.0 |" in busy


def test_nothing_measured_still_makes_a_page():
    text = page(ABOUT, [{"peer": QUICK, "run": 0, "failed": "it ended."}])
    assert f"- {QUICK}: not measured: it ended." in text


def test_the_figure_has_a_dot_a_side_at_its_medians():
    table = peer_table(RECORDS)
    ax = peer_figure(table, "a title").axes[0]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    at = [(*line.get_xdata(), *line.get_ydata()) for line in dots]
    assert at == [(61, 0.55), (20, 0.41), (300, 0.01)]
    assert [text.get_text() for text in ax.texts] == table["peer"].tolist()
    assert ax.get_xscale() == "log" and ax.get_ylim()[0] <= 0


def test_names_in_the_figure_keep_apart():
    near = [record(peer.name, 20 + place, 0.4) for place, peer in enumerate(PEERS[:3])]
    fig = peer_figure(peer_table(near), "a title")
    boxes = [text.get_window_extent() for text in fig.axes[0].texts]
    assert len(boxes) == 3 and not any(
        one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place]
    )


def test_the_experiment_of_the_benchmark_trains_in_the_precision_asked_for():
    for precision in ("auto", "float32"):
        models = read_experiment(precision)["models"].values()
        assert {settings["precision"] for settings in models} == {precision}
