"""What a person corrects on the page: the file, what it changes, and the server that saves it."""

import json
import threading
from http.client import HTTPConnection

import numpy as np
import pytest
from PIL import Image

from aecluster.errors import InputError
from aecluster.groups.corrections import Corrections, fingerprint, load_corrections
from aecluster.groups.folders import group_pixels
from aecluster.groups.naming import suggestions
from aecluster.groups.table import group_table
from aecluster.jobs.artifacts import save_array, save_json, save_text
from aecluster.page.server import PageServer
from aecluster.sources.names import save_names

GROUPS = np.array([0, 0, 0, 1, 1, 2, -1])
CONFIDENCE = np.linspace(1, 0.4, 7)
CONTENT = {
    "groups": fingerprint(GROUPS),
    "n_images": 7,
    "names": {"0": "cats <b>", "3": "new"},
    "merged": {"2": 1, "1": 0},
    "moved": {"0": 3, "6": 2},
    "tags": {"print": [1, 2]},
}


def written(tmp_path, **changes):
    (tmp_path / "corrections.json").write_text(json.dumps(CONTENT | changes))
    return tmp_path / "corrections.json"


def test_images_are_moved_first_and_groups_merged_then(tmp_path):
    found = load_corrections(written(tmp_path), GROUPS)
    assert found.apply(GROUPS).tolist() == [3, 0, 0, 0, 0, 0, 0]
    assert GROUPS[0] == 0, "the groups that were found stay"
    assert Corrections(merged={0: 1, 1: 0}).apply(GROUPS).max() <= 2, "a circle ends"


def test_the_table_has_the_corrected_group_and_its_name(tmp_path):
    found = load_corrections(written(tmp_path), GROUPS)
    table = group_table(["a"] * 7, GROUPS, CONFIDENCE, found)
    assert table["label"].tolist() == GROUPS.tolist()
    assert table["corrected"].tolist() == [3, 0, 0, 0, 0, 0, 0]
    assert table["name"].tolist() == ["new", *["cats <b>"] * 6]
    plain = group_table(["a"] * 7, GROUPS, CONFIDENCE)
    assert plain["corrected"].tolist() == GROUPS.tolist() and set(plain["name"]) == {""}


def test_other_images_get_names_and_merges_but_no_moves(tmp_path):
    found = load_corrections(written(tmp_path), GROUPS).of_groups()
    table = group_table(["a"] * 4, np.array([0, 1, 2, -1]), np.ones(4), found)
    assert table["corrected"].tolist() == [0, 0, 0, -1]
    assert table["name"].tolist() == ["cats <b>"] * 3 + [""]


def test_folders_have_the_names(tmp_path):
    images = np.zeros((7, 8, 8, 1), np.uint8)
    names = {0: "cats/../x", 2: "..", 1: "山"}
    group_pixels(tmp_path / "groups", images, GROUPS, CONFIDENCE, names)
    found = {folder.name for folder in (tmp_path / "groups").iterdir()}
    assert found == {"0-cats_.._x", "1-山", "2", "none"}


def test_a_download_takes_the_place_of_what_was_saved(tmp_path):
    save_text(tmp_path / "corrections.json", json.dumps(CONTENT))
    found = load_corrections(written(tmp_path, names={"0": "dogs"}), GROUPS)
    assert found.names == {0: "dogs"}


def test_corrections_of_other_groups_are_left_out(tmp_path):
    found = load_corrections(written(tmp_path), GROUPS[::-1])
    assert not found.fitting and found.names == {} and found.moved == {}
    assert load_corrections(None, GROUPS) == Corrections()


@pytest.mark.parametrize(
    "changes",
    [
        {"groups": None},
        {"names": {"0": 5}},
        {"names": []},
        {"names": {"x": "y"}},
        {"names": {"0": "x" * 201}},
        {"moved": {"7": 0}},
        {"moved": {"0": True}},
        {"merged": {"0": 2**40}},
        {"tags": {"a": 3}},
        {"tags": {"a": [-1]}},
    ],
)
def test_other_files_are_refused_in_a_sentence(tmp_path, changes):
    with pytest.raises(InputError, match=r"corrections\.json holds no corrections of groups"):
        load_corrections(written(tmp_path, **changes), GROUPS)


@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "corrections.json").write_bytes(content)
    with pytest.raises(InputError, match=r"corrections\.json holds no corrections of groups"):
        load_corrections(tmp_path / "corrections.json", GROUPS)


def test_words_that_set_a_group_apart_are_suggested():
    words = [{"alps", "snow"}] * 4 + [{"beach", "snow"}] * 4 + [{"beach"}]
    groups = np.array([0, 0, 0, 0, 1, 1, 1, 1, -1])
    found = suggestions(groups, words)
    assert [row["word"] for row in found[0]] == ["alps"], "snow is in both"
    assert found[1][0] == {"word": "beach", "share": 1.0, "lift": 1.8}


# The server


@pytest.fixture
def server(tmp_path):
    results, photos = tmp_path / "results", tmp_path / "photos"
    photos.mkdir()
    Image.new("RGB", (4, 4)).save(photos / "a b.png")
    (photos / "page.html").write_text("<script>alert(1)</script>")
    save_array(results / "pets/images.npy", np.zeros((2, 8, 8, 1), np.uint8))
    save_json(results / "pets/dataset.json", {"n_images": 2})
    save_names(results / "pets/files.json", ["a b.png", "page.html"])
    (results / "report.html").write_text("<head><title>x</title></head>")
    (results / "report_files/pets").mkdir(parents=True)
    Image.new("RGB", (4, 4)).save(results / "report_files/pets/0.webp")
    server = PageServer(results, {"pets": photos})
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def ask(server, method, path, body=None, host=None, **headers):
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    headers = {"Host": host or f"127.0.0.1:{server.server_port}", **headers}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_the_page_is_served_with_a_token(server):
    status, page = ask(server, "GET", "/")
    assert status == 200 and server.token.encode() in page
    assert server.server_address[0] == "127.0.0.1"


def test_corrections_are_saved_where_a_run_finds_them(server):
    body, token = json.dumps(CONTENT), {"X-Token": server.token}
    assert ask(server, "POST", "/corrections/pets", body, **token)[0] == 200
    assert json.loads((server.results / "pets/corrections.json").read_text()) == CONTENT


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/corrections/pets", "{}", {}, 400),
        ("/corrections/pets", "not json", {}, 400),
        ("/corrections/pets", json.dumps(CONTENT), {"X-Token": "other"}, 403),
        ("/corrections/pets", json.dumps(CONTENT), {"Origin": "http://evil.example"}, 403),
        ("/corrections/pets", json.dumps(CONTENT), {"host": "evil.example:80"}, 403),
        ("/corrections/none", json.dumps(CONTENT), {}, 404),
        ("/corrections/..%2fphotos", json.dumps(CONTENT), {}, 404),
        ("/corrections/..", json.dumps(CONTENT), {}, 404),
        ("/report.html", json.dumps(CONTENT), {}, 404),
        ("/corrections/pets", "x", {"Content-Length": str(10**9)}, 413),
    ],
)
def test_nothing_else_is_ever_written(server, path, body, headers, status):
    before = sorted(server.results.parent.rglob("*"))
    headers = {"X-Token": server.token, **headers}
    assert ask(server, "POST", path, body, **headers)[0] == status
    assert sorted(server.results.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/original/pets/0", 200),
        ("/report_files/pets/0.webp", 200),
        ("/original/pets/1", 404),
        ("/original/pets/2", 404),
        ("/original/pets/%C2%B2", 404),  # a digit, and no number
        ("/original/other/0", 404),
        ("/pets/images.npy", 404),
        ("/pets/files.json", 404),
        ("/report_files/../pets/files.json", 404),
        ("/report_files/%2e%2e/pets/0.webp", 404),
        ("/../../etc/passwd", 404),
    ],
)
def test_only_pictures_are_read(server, path, status):
    assert ask(server, "GET", path)[0] == status
