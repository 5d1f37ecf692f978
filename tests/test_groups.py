"""Groups as tables and folders, and new images placed into them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aecluster.assign.neighbours import N_NEIGHBOURS, assign, with_equal
from aecluster.errors import InputError
from aecluster.groups.folders import group_files, group_pixels, safe_name
from aecluster.groups.table import group_table, save_groups
from aecluster.jobs.artifacts import as_text_cell, load_table
from aecluster.own.images import found_images, source_of
from aecluster.own.naming import name_of, own_folder
from aecluster.own.template import fill, save_experiment
from aecluster.sources.channels import with_channels
from aecluster.sources.names import load_names, save_names

LABELS, CONFIDENCE = np.array([1, 0, -1, 1]), np.array([0.5, 1.0, 0.0, 0.9])


def test_new_vectors_of_another_length_are_refused():
    with pytest.raises(InputError, match="have vectors of 7 numbers, but the known ones of 12"):
        assign([(np.zeros((20, 12)), np.zeros((3, 7)))], np.zeros(20, int))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_formulas_become_text(text):
    assert as_text_cell(text) == f"'{text}"


def test_plain_names_stay():
    assert as_text_cell("a=b/été.png") == "a=b/été.png"
    assert as_text_cell("\udce9.png") == "?.png"


def test_the_table_opens_in_a_spreadsheet_and_in_programs(tmp_path):
    names = ["été 日本.png", "=b.png", "", "c,d.png"]
    save_groups(tmp_path / "clusters.csv", group_table(names, LABELS, CONFIDENCE))
    written = (tmp_path / "clusters.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfid,file,label,confidence,corrected,name\n")
    assert b"\n1,./=b.png,0,1.0,0," in written
    table = load_table(tmp_path / "clusters.csv", keep_default_na=False)
    assert list(table.columns) == ["id", "file", "label", "confidence", "corrected", "name"]
    assert [Path("x", name) for name in table["file"]] == [Path("x", name) for name in names]


@pytest.mark.parametrize("name", ["=1+1.png", "+1", "-2.jpg", "@SUM(A1).png", "\t=1", "＠a.png"])
def test_a_name_that_reads_as_a_formula_is_the_same_path_and_no_formula(name):
    [cell] = group_table([name], LABELS[:1], CONFIDENCE[:1])["file"]
    assert cell[0] == "." and Path(cell) == Path(name)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("-rf $(x) été.png", "rf_x_été.png"),
        ("..", "image."),
        ("a\nb;c.jpg", "a_b_c.jpg"),
        ("x" * 300 + ".jpeg", "x" * 116 + ".jpeg"),
        ("é" * 200 + ".png", "é" * 58 + ".png"),
        ("=cmd|'/c calc'!A0.png", "cmd_c_calc_A0.png"),
    ],
)
def test_safe_names(name, safe):
    assert safe_name(name) == safe
    assert len(safe.encode()) <= 121


@pytest.fixture
def files(tmp_path):
    names = ["a b.png", "$(touch x).png", "c.png", "d.png"]
    for name in names:
        (tmp_path / name).write_text(name)
    return [tmp_path / name for name in names]


def test_links_and_copies(tmp_path, files):
    for copies in (False, True):
        root = tmp_path / f"groups{copies}"
        group_files(root, files, LABELS, CONFIDENCE, copies)
        found = sorted(str(path.relative_to(root)) for path in root.rglob("*.png"))
        assert found == [
            "0/00000-touch_x.png",
            "1/00000-d.png",
            "1/00001-a_b.png",
            "none/00000-c.png",
        ]
        assert (root / "1/00000-d.png").read_text() == "d.png"
        assert (root / "1/00000-d.png").is_symlink() is not copies


def test_a_file_that_is_gone_is_named(tmp_path, files):
    files[3].unlink()
    with pytest.raises(InputError, match=r"d\.png is no longer there"):
        group_files(tmp_path / "groups", files, LABELS, CONFIDENCE, copies=False)


@pytest.mark.parametrize("channels", [1, 3])
def test_arrays_become_pngs(tmp_path, channels):
    images = np.random.default_rng(0).integers(0, 256, (4, 9, 8, channels), dtype=np.uint8)
    group_pixels(tmp_path, images, LABELS, CONFIDENCE)
    with Image.open(tmp_path / "1/00001-0.png") as image:
        assert np.array_equal(np.asarray(image), images[0].squeeze())
    assert len(list(tmp_path.rglob("*.png"))) == 4


def test_names_come_back_exactly(tmp_path):
    names = ["é\n.png", "\udce9.png", "日本.png"]
    save_names(tmp_path / "files.json", names)
    assert load_names(tmp_path / "files.json", 3) == names
    with pytest.raises(InputError, match="3 names for 4 images"):
        load_names(tmp_path / "files.json", 4)
    save_names(tmp_path / "none.json", [])
    assert load_names(tmp_path / "none.json", 2) == ["", ""]


def test_channels():
    grey = np.full((2, 3, 3, 1), 7, np.uint8)
    assert (with_channels(grey, 3) == 7).all() and with_channels(grey, 3).shape == (2, 3, 3, 3)
    colour = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), dtype=np.uint8)
    expected = [np.asarray(Image.fromarray(image).convert("L")) for image in colour]
    assert np.abs(with_channels(colour, 1)[..., 0].astype(int) - expected).max() <= 1
    assert with_channels(colour, 3) is colour and with_channels(colour, None) is colour


def test_new_images_go_where_their_neighbours_are():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 2, -1], 30)
    centres = np.array([[0.0, 0], [20, 0], [0, 20]])
    runs = []
    for _ in range(2):
        known = centres[np.repeat([0, 1, 2], 30)] + rng.normal(size=(90, 2))
        runs.append((known.astype(np.float32), centres.astype(np.float32)))
    new_labels, confidence = assign(runs, labels)
    assert new_labels.tolist() == [0, 2, -1]
    assert confidence.tolist() == [1, 1, 1]


def test_confidence_is_the_mean_share_of_votes():
    known = np.arange(N_NEIGHBOURS, dtype=np.float32)[:, None]
    labels = (np.arange(N_NEIGHBOURS) < 6).astype(np.int64)  # 9 votes for 0, 6 for 1
    everyone = (known, np.zeros((1, 1), np.float32))
    agreed = assign([everyone], labels)
    assert agreed[0].tolist() == [0] and agreed[1] == pytest.approx([9 / 15])
    far = np.concatenate([known[:6], known[6:] + 1000])
    many = np.concatenate([far, far[:6], far[:6]])  # 18 of group 1 near by, and all others far
    near = (many, np.zeros((1, 1), np.float32))
    labels = np.concatenate([labels, np.ones(12, np.int64)])
    other = (np.concatenate([known, known[6:] + 50, known[6:9] + 90]), everyone[1])
    found = assign([near, other], labels)
    assert found[0].tolist() == [1]
    assert found[1] == pytest.approx([(1 + 6 / 15) / 2])


def test_fewer_images_than_neighbours():
    new_labels, _ = assign(
        [(np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32))], np.zeros(3)
    )
    assert new_labels.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a/Été 2024 (best)", "ete-2024-best"),
        ("/a/日本", "images"),
        ("/a/$(rm -rf x)", "rm-rf-x"),
        ("/a/math", "math-images"),
        ("/a/" + "long name " * 20, "long-name-long-name-long-name-long-name"),
        ("/", "images"),
    ],
)
def test_names_of_data_sets(tmp_path, path, name):
    assert name_of(Path(path), ["math"]) == name


def test_two_folders_of_one_name_do_not_mix(tmp_path):
    first, second = tmp_path / "a/x", tmp_path / "b/x"
    folder = own_folder(tmp_path / "results", "x", first)
    assert folder.name == "x"
    experiment = {"datasets": {"x": {"path": str(first)}}}
    save_experiment(folder / "experiment.yaml", experiment)
    assert own_folder(tmp_path / "results", "x", first).name == "x"
    assert own_folder(tmp_path / "results", "x", second).name == "x-2"


def test_what_a_path_holds(tmp_path):
    np.savez(tmp_path / "one.npz", pixels=np.zeros((12, 8, 8), np.uint8))
    np.savez(tmp_path / "two.npz", images=np.zeros((12, 8, 8)), labels=np.zeros(12))
    np.save(tmp_path / "a.npy", np.zeros((12, 8, 8), np.uint8))
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    assert source_of(one) == {"source": "npz", "path": str(one), "images": "pixels"}
    assert source_of(two) == {"source": "npz", "path": str(two)}
    assert source_of(tmp_path / "a.npy") == {"source": "npy", "images": str(tmp_path / "a.npy")}
    assert source_of(tmp_path) == {"source": "folder", "path": str(tmp_path)}
    with pytest.raises(InputError, match="cannot be read"):
        found_images("\udce9", "IMAGES")


def test_few_images_get_small_dimensions_and_many_few_epochs():
    template = {
        "datasets": {"images": {"size": 32}},
        "models": {"m": {"epochs": 60}},
        "reductions": {"r": {"method": "pca", "dim": 50}, "t": {"method": "tsne", "dim": 2}},
        "clusterings": {"c": {"method": "kmeans"}},
    }
    few = fill(template, "few", {"source": "folder"}, 20, "links")
    assert (
        few["reductions"]["r"]["dim"] == 10 and few["reductions"]["t"]["params"]["perplexity"] == 5
    )
    assert few["models"]["m"]["epochs"] == 60
    many = fill(template, "many", {"source": "folder"}, 6000, "copies")
    assert many["reductions"]["r"]["dim"] == 50 and many["models"]["m"]["epochs"] == 10
    assert many["datasets"] == {"many": {"size": 32, "source": "folder"}}
    assert template["reductions"]["r"]["dim"] == 50


def test_a_template_may_leave_out_what_has_a_default():
    template = {
        "datasets": {"images": {}},
        "models": {"m": {}},
        "reductions": {"p": {"dim": 50}, "n": {"method": "normalize"}, "i": {"method": "identity"}},
        "clusterings": {"c": {}},
    }
    filled = fill(template, "few", {"source": "folder"}, 20, "links")
    assert filled["reductions"] == {
        "p": {"dim": 10, "params": {}},
        "n": {"method": "normalize", "params": {}},
        "i": {"method": "identity", "params": {}},
    }


def test_new_images_that_equal_another_one_are_placed_with_it():
    known = np.array([2, -1]), np.array([0.75, 0.0])
    new = np.array([0, 1, 1, 0, 1]), np.array([0.5, 0.6, 0.7, 0.8, 0.9])
    # equal to: a known one, none, that, that, and a known one without a group
    labels, confidence = with_equal(known, new, np.array([0, 1, 0, 3, 3, 3, 1]))
    assert labels.tolist() == [2, 1, 1, 1, -1]
    assert confidence.tolist() == [0.75, 0.6, 0.6, 0.6, 0]
