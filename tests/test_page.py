"""The report page and its map, without a browser."""

import base64
import gzip
import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from page_example import EVIL, make_page, make_results, noise
from PIL import Image

from aecluster.experiment.experiment import Experiment
from aecluster.experiment.views import map_views
from aecluster.n_clusters.levels import levels_of, nested, ward_tree
from aecluster.page import markdown
from aecluster.page.content import MOST_VALUES, page_content
from aecluster.page.levels import parts
from aecluster.page.notes import notes
from aecluster.page.packing import as_fraction, pack
from aecluster.page.thumbnails import load_sheets, make_sheets, save_sheets
from aecluster.page.timings import timings
from aecluster.report.section import load_sections, save_sections


def labels_of(n):
    labels = np.arange(n, dtype=np.int64) % 2
    labels[::10] = -1
    return labels


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    images = noise(60, side=8)
    labelled = make_results(folder, "marked", images, labels_of(60))
    plain = make_results(folder, "plain", images[..., :1], np.full(60, -1, np.int64))
    return make_page(folder, [labelled, plain])


class Elements(HTMLParser):
    """Collects the elements of a page: (tag, attributes)."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def picture(sheets, place):
    """Return the pixels of picture `place` of its sheet."""
    number, rest = divmod(place, sheets.columns**2)
    row, column = divmod(rest, sheets.columns)
    top, left = row * sheets.cell_height, column * sheets.cell_width
    pixels = np.asarray(Image.open(io.BytesIO(sheets.files[number])).convert("RGB"))
    return pixels[top : top + sheets.height, left : left + sheets.width]


def unpacked(packed):
    content = gzip.decompress(packed)
    length = int.from_bytes(content[:4], "little")
    described = json.loads(content[4 : 4 + length])
    arrays = {}
    for name, (kind, start, size) in described["arrays"].items():
        dtype = np.dtype(kind.lower()).newbyteorder("<")
        arrays[name] = np.frombuffer(content, dtype, size, 4 + length + start)
    return described, arrays


# The page


def test_everything_from_data_is_escaped(page):
    assert EVIL not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 8


def test_the_page_loads_nothing_from_anywhere(page):
    for tag, attrs in Elements(page).found:
        for key in ("src", "href", "data", "action", "srcset", "poster"):
            value = attrs.get(key)
            assert value is None or value.startswith(("data:", "#")), (tag, key, value[:80])
    css = "".join(re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL))
    assert "url(" not in css
    assert "@import" not in css


def test_links_of_the_contents_lead_somewhere(page):
    elements = Elements(page).found
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in elements:
        if tag == "a" and attrs.get("class") != "skip":
            assert attrs["href"][1:] in ids


def test_pictures_have_a_text_and_a_size(page):
    pictures = [attrs for tag, attrs in Elements(page).found if tag == "img"]
    assert len(pictures) == 3
    for attrs in pictures:
        assert attrs["alt"]
        assert attrs["width"] == attrs["height"] == "8"


def test_captions_are_filled_and_formatted(page):
    assert "Of marked, <em>plain</em>" in page


def test_data_without_labels_get_no_accuracy_and_say_so(page):
    plain = page.split('<h2 id="data-plain">')[1].split("<h2 ")[0]
    assert "Silhouette of kmeans" in plain
    assert "Chance level" not in plain


def test_without_any_labels_the_page_does_not_speak_of_accuracy(tmp_path):
    dataset = make_results(tmp_path, "plain", noise(40, side=8), np.full(40, -1))
    page = make_page(tmp_path, [dataset])
    elements = re.sub(r"<(script|style|pre)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert "Silhouette" in elements
    assert not re.search("accura|chance|true label", elements, re.IGNORECASE)


def test_what_the_data_set_asks_comes_first(page, tmp_path):
    assert tabs(page) == ["scores", "groups", "models", "method"]
    plain = make_results(tmp_path, "plain", noise(40, side=8), np.full(40, -1))
    assert tabs(make_page(tmp_path, [plain])) == ["groups", "scores", "models", "method"]


def test_the_policy_allows_the_script_and_style_of_the_page_and_no_others(page):
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', page)[1]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for kind, tag in (("script", "script"), ("style", "style")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_what_was_left_out_is_said_beside_the_groups_and_listed_under_method(page):
    groups, method = page.split('id="method"')
    said = "1 file cannot be read and is left out."
    assert groups.count(said) == 2 and groups.count('href="#about-plain">Which files') == 1
    assert method.count("<li>&lt;script&gt;alert(1)&lt;/script&gt;.png: is ") == 2


def test_notes_on_files_count_each_kind():
    no_image = "no image by its suffix"
    other = {"a.txt": no_image, "b.mov": "a video", "c.md": no_image}
    found = notes(
        {
            "skipped": {"broken": {}, "other": other},
            "damaged": {"d.jpg": "is cut off", "e.jpg": "is cut off"},
            "read_as": ["1 video was not read; take frames out of it."],
        }
    )
    assert found["sentences"] == [
        "2 files are damaged and used in part.",
        "3 files are left out (no image by its suffix: 2, a video: 1).",
        "1 video was not read; take frames out of it.",
    ]
    assert [list(files["why"]) for files in found["files"]] == [["d.jpg", "e.jpg"], list(other)]
    nothing = {"skipped": {"broken": {}, "other": {}}, "damaged": {}, "read_as": []}
    assert notes(nothing) == {"sentences": [], "files": []}


def test_labelled_data_show_spread_and_chance(page):
    marked = page.split('<h2 id="data-marked">')[1].split("<h2 ")[0]
    assert "Accuracy of kmeans" in marked
    assert re.search(r"0\.\d{3} ± 0\.\d{3}", marked)
    assert "over 2 seeds" in marked
    assert "Chance level: <strong>0." in marked
    assert "Collapsed" in marked  # random groups are at the level of chance


def test_settings_versions_and_timings_are_there(page):
    assert "pca8-tsne: {after: pca8, dim: 2}" in page
    assert re.search(r'<th scope="row">numpy</th><td>\d', page)
    assert re.search(
        r"<td>train</td><td class=\"number\">1</td><td class=\"number\">1\.5</td>", page
    )


_TWICE = """
import hashlib, sys
from pathlib import Path
import numpy as np
from page_example import make_page, make_results, noise
folder = Path(sys.argv[1])
dataset = make_results(folder, "same", noise(40, side=8), np.arange(40) % 2)
print(hashlib.sha256(make_page(folder, [dataset]).encode()).hexdigest())
print(hashlib.sha256(make_page(folder, [dataset]).encode()).hexdigest())
"""


def test_equal_results_give_equal_bytes(tmp_path):
    digests = []
    for seed in ("1", "2"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        run = subprocess.run(
            [sys.executable, "-c", _TWICE, tmp_path / seed],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        digests += run.stdout.split()
    assert len(digests) == 4
    assert len(set(digests)) == 1


# Pictures


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (9, 13, 3), (32, 32, 3)])
def test_small_pictures_are_kept_exactly(shape):
    images = np.zeros((300, *shape), np.uint8)
    images[:, ::2] = np.arange(300)[:, None, None, None] % 250
    order = np.random.default_rng(0).permutation(300)
    [sheets] = make_sheets(images, order)
    assert (sheets.height, sheets.width, len(sheets.files)) == (*shape[:2], 2)
    for place in (0, 17, 255, 256, 299):
        expected = np.broadcast_to(images[order[place]], (*shape[:2], 3))
        assert np.array_equal(picture(sheets, place), expected)


def test_lossy_pictures_do_not_run_into_each_other():
    colours = np.array([[220, 30, 30], [30, 200, 30], [30, 30, 220]], np.uint8)
    images = np.broadcast_to(colours[np.arange(40) % 3, None, None], (40, 90, 90, 3))
    sheets = make_sheets(images, np.arange(40))[0]
    for place in (0, 1, 2, 17, 39):
        inner = slice(1, -1)  # colours are coded for two pixels at once
        found = picture(sheets, place)[inner, inner].astype(int)
        assert np.abs(found - images[place][inner, inner]).max() < 25


def test_few_images_are_shown_large_too(tmp_path):
    images = np.zeros((5, 400, 200, 3), np.uint8)
    images[3] = 200
    small, large = make_sheets(images, np.arange(5)[::-1])
    assert (small.height, small.width) == (128, 64)
    assert (large.height, large.width) == (256, 128)
    assert picture(large, 1).min() > 190 and picture(large, 2).max() < 10
    save_sheets(tmp_path / "s.npz", [small, large])
    assert load_sheets(tmp_path / "s.npz") == [small, large]


def photo_like(n, side):
    coarse = noise(n, side=12)
    size = (side, side)
    return np.stack(
        [np.asarray(Image.fromarray(c).resize(size, Image.Resampling.BICUBIC)) for c in coarse]
    )


def noise_between_blanks(n, side):
    images = noise(n, side)
    images[::3] = 0  # all that a quality is tried on
    return images


@pytest.mark.parametrize(
    ("make_images", "side"),
    [(noise, 96), (noise, 32), (photo_like, 224), (noise_between_blanks, 96)],
)
def test_pictures_keep_to_their_bytes_whatever_they_show(make_images, side):
    sheets = make_sheets(make_images(300, side), np.arange(300))
    most = (1_800, 8_000)
    for found, bound in zip(sheets, most, strict=False):
        assert sum(map(len, found.files)) <= 1.1 * bound * 300


def test_pictures_are_the_same_with_any_number_of_threads():
    images, order = photo_like(600, 96), np.random.default_rng(0).permutation(600)
    assert make_sheets(images, order, 4) == make_sheets(images, order, 1)


def test_large_pictures_are_left_out_before_the_page_gets_too_large(tmp_path, monkeypatch):
    dataset = make_results(tmp_path, "d", noise(60, side=200), np.full(60, -1))
    assert 'class="sheet-1-0"' in make_page(tmp_path, [dataset])
    monkeypatch.setattr("aecluster.page.assemble._MOST_BYTES", 200_000)
    page = make_page(tmp_path, [dataset])
    assert len(sheets_of(page)[0]) == 1 and "sheet-1-0" not in page and "sheet-0-0" in page


def test_many_pictures_lie_in_a_folder_beside_the_page(tmp_path):
    dataset = make_results(tmp_path, "d", noise(300, side=16), np.full(300, -1))
    page = make_page(tmp_path, [dataset], tmp_path / "report_files")
    [[sheets]] = sheets_of(page)
    assert sheets["paths"] == [f"report_files/d/small/{k}.webp" for k in (0, 1)]
    with Image.open(tmp_path / sheets["paths"][1]) as image:
        assert image.size == (16 * 16, 3 * 16)


def tabs(page):
    return re.findall(r'<a href="#(\w+)" class="tab">', page)


def sheets_of(page):
    found = re.findall(r'class="sheets">(.*?)</script>', page, flags=re.DOTALL)
    return [json.loads(text) for text in found]


# What the page knows of the images


def test_a_tree_comes_back_from_its_finest_parts():
    points = np.random.default_rng(0).normal(size=(60, 3))
    merges, leaves = ward_tree(points, random_state=0)
    numbers = levels_of(60)
    columns = nested(merges, numbers)[leaves]
    table = pd.DataFrame(columns, columns=[f"k{k}" for k in numbers])
    table.insert(0, "id", range(60))
    levels, finest = parts(table)
    assert levels["numbers"] == numbers and finest.dtype == np.uint8
    for k, column in zip(numbers, columns.T, strict=True):
        cut = finest.astype(int)
        while (cut >= k).any():
            cut = np.where(cut >= k, np.array(levels["parents"])[cut], cut)
        assert (cut == column).all()


def a_table(n, **columns):
    known = {
        "group": np.arange(n) % 3 - 1,
        "confidence": np.linspace(0, 1, n),
        "runner_up": np.full(n, -1),
        "typicality": np.linspace(0, 1, n),
        "outlier": np.linspace(1, 0, n),
        "distance": np.linspace(2, 0, n),
        "duplicates": np.full(n, -1),
        "quality": ["dark low_information"] + [""] * (n - 1),
        "neighbors": [[(k + 1) % n] for k in range(n)],
    }
    return pa.table({**known, **columns})


VIEW = {"model": "m", "plane": "p", "grouped": "p", "clustering": "c", "flat": True}
VIEW |= {"embedding": "e", "clusters": "c"}


def content_of(table, plane=None, clusters=None):
    n = len(table)
    planes = {"e": np.random.default_rng(0).normal(size=(n, 2)) if plane is None else plane}
    groups = {"c": np.arange(n) % 3 - 1 if clusters is None else clusters}
    return unpacked(page_content("d", table, [VIEW], planes, groups, None))


def test_arrays_come_back_from_their_bytes():
    arrays = {"a": np.array([3, -1], np.int32), "b": as_fraction(np.array([0, 0.5, 1, 2]))}
    described, found = unpacked(pack({"name": "é</script>"}, arrays))
    assert described["name"] == "é</script>"
    assert found["a"].tolist() == [3, -1] and found["b"].tolist() == [0, 32768, 65535, 65535]


def test_pictures_lie_group_by_group_the_most_typical_first():
    _, arrays = content_of(a_table(6))
    order = np.argsort(arrays["place"])
    assert order.tolist() == [4, 1, 5, 2, 3, 0], "those of no group last"


def test_the_sizes_of_files_are_known_where_there_are_any():
    assert "width" not in content_of(a_table(4))[1]
    sides = {"width": pa.array([9, None, 3, 4], pa.int32()), "height": pa.array([1, None, 2, 5])}
    described, arrays = content_of(a_table(4, **sides))
    assert arrays["width"].tolist() == [9, -1, 3, 4] and arrays["height"][1] == -1
    assert described["columns"] == [], "the page has its own place for them"


def test_y_points_up_as_in_the_figures():
    _, arrays = content_of(a_table(3), plane=np.array([[0.0, 0], [1, 5], [2, 10]]))
    y = arrays["plane0"][3:]
    assert y[0] > y[1] > y[2], "a screen counts downwards"


def test_a_plane_keeps_its_proportions():
    _, arrays = content_of(a_table(4), plane=np.array([[0.0, 0], [4, 0], [0, 1], [4, 1]]))
    x, y = arrays["plane0"].reshape(2, 4) / 65535
    assert x.tolist() == [0, 1, 0, 1] and y == pytest.approx([0.625, 0.625, 0.375, 0.375], abs=1e-4)
    _, arrays = content_of(a_table(4), plane=np.arange(4.0)[:, None])
    assert len(arrays["plane0"]) == 8


def test_clusters_have_the_names_of_the_groups_that_they_share_most_images_with():
    table = a_table(9, group=np.repeat([0, 1, 2], 3))
    clusters = np.array([5, 5, 5, 0, 0, 1, -1, 1, 1])
    _, arrays = content_of(table, clusters=clusters)
    found = arrays["clusters0"].tolist()
    assert found[:3] == [0, 0, 0] and found[3:5] == [1, 1] and found[5] == 2 and found[6] == -1


def test_columns_are_numbers_categories_or_text():
    n = MOST_VALUES + 5
    table = a_table(
        n,
        label=["b", None] + ["a"] * (n - 2),
        taken=["2024-02-01 10:00:00"] + [None] * (n - 1),
        price=np.array([1.5, np.nan] + [2.0] * (n - 2)),
        note=[str(k) for k in range(n)],
    )
    described, arrays = content_of(table)
    kinds = {column["name"]: column for column in described["columns"]}
    assert [column["kind"] for column in kinds.values()] == [
        *("category", "category", "number", "text"),
    ]
    assert kinds["label"]["values"] == ["a", "b"] and kinds["taken"]["values"] == ["2024-02"]
    assert arrays[kinds["label"]["array"]][:3].tolist() == [1, -1, 0]
    assert np.isnan(arrays[kinds["price"]["array"]][1])
    assert arrays["quality"][0] == 0b10001


def test_folders_that_are_classes_name_no_group():
    n = 12
    files = [f"{'cat' if k % 2 else 'dog'}/{k}.png" for k in range(n)]
    plain = a_table(n, group=np.arange(n) % 2, file=files)
    assert content_of(plain)[0]["suggestions"]["1"][0]["word"] == "cat"
    labelled = a_table(n, group=np.arange(n) % 2, file=files, label=["x"] * n)
    assert content_of(labelled)[0]["suggestions"]["1"] == []


# Views, tables, Markdown


def views(reductions, on=None):
    reductions = {
        name: dict(zip(("dim", "after"), r, strict=True)) for name, r in reductions.items()
    }
    settings = {"models": {"m": {}}, "reductions": reductions, "clusterings": {"km": {"on": on}}}
    return map_views(Experiment({**settings, "seeds": [3]}))


def test_views_are_the_reductions_to_two_dimensions():
    found = views({"pca": (8, None), "flat": (2, "pca"), "same": (None, "flat")})
    assert [view["plane"] for view in found] == ["flat", "same"]
    assert found[0]["embedding"] == "m/seed3/flat/embedding.npy"
    assert found[0]["clusters"] == "m/seed3/flat/km/clusters.csv"


def test_a_plane_that_is_not_clustered_takes_the_groups_of_the_step_before():
    assert views({"pca": (8, None), "flat": (2, "pca")}, on=["pca"])[0]["grouped"] == "pca"
    assert views({"other": (8, None), "flat": (2, None)}, on=["other"])[0]["grouped"] == "other"


def test_without_a_plane_the_first_reduction_is_shown_and_said_to_be():
    found = views({"pca": (8, None), "zca": (9, None)})
    assert [(view["plane"], view["flat"]) for view in found] == [("pca", False)]


def test_views_are_in_the_order_of_the_file():
    forth = views({"a": (2, None), "b": (2, None)})
    back = views({"b": (2, None), "a": (2, None)})
    assert forth == back[::-1] and [view["plane"] for view in forth] == ["a", "b"]


def test_the_first_table_shows_the_choices_side_by_side(page):
    table = page.split('<section aria-label="In short">')[1].split("</table>")[0]
    marked, plain = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", table, flags=re.DOTALL)
    assert marked.count("0.") >= 8 and "deeper, pca8, kmeans" in marked
    assert "<td>accuracy</td>" in marked and "accuracy" not in plain
    assert "deeper, pca8, kmeans" in plain and "0." not in plain, "chosen, but not scored"


def test_no_comparison_across_data_sets_is_said_in_a_sentence(page):
    section = page.split('<h2 id="across">')[1].split("<h2 ")[0]
    assert "Across data sets" in section and "<p>No test" in section and "<img" not in section


def test_what_is_chosen_is_shown_and_what_has_no_place_is_folded(page):
    marked = page.split('<h2 id="data-marked">')[1].split("<h2 ")[0]
    assert "<h3>Chosen without labels</h3>" in marked
    assert "best by the labels (oracle)</th>" in marked
    assert re.search(r"<details><summary>Criteria without labels</summary>\s*<p>None", marked)
    assert "Intervals" not in marked, "which this data set does not have"
    assert "Drawn by the page itself" not in marked


def test_a_section_is_a_table_a_paragraph_and_a_list(page):
    marked = page.split('<h2 id="data-marked">')[1].split("<h2 ")[0]
    evil = html.escape(EVIL, quote=False).replace('"', "&quot;")
    assert f"<li>One <code>model</code> is &lt; another: {evil}.</li>" in marked
    assert '<th scope="col"><strong>b</strong></th>' in marked
    assert f"<tr><td>{evil}</td><td>–</td></tr>" in marked
    assert "<p>One. Two.</p>" in marked


def test_markdown_is_escaped_and_folded():
    made = markdown.to_html(f"# T\n\nA **b** `c` {EVIL}\n\n## S\n\n| a |\n| ---: |\n| 1 |\n")
    assert "<p>A <strong>b</strong> <code>c</code> &lt;script&gt;" in made
    assert "<details><summary>S</summary>" in made
    assert "<td>1</td>" in made and "style=" not in made, "which the page's policy forbids"
    assert "<h1>" not in made and markdown.title("# T\n") == "T"


def test_a_name_in_a_text_is_no_link_or_picture():
    for text in ("[a](javascript:b)", "![a](http://b/c.png)", "<http://b>", "<b>"):
        escaped = html.escape(text, quote=False)
        assert markdown.inline(text) == escaped and f"<p>{escaped}</p>" in markdown.to_html(text)


def test_timings_of_missing_and_damaged_files_are_left_out(tmp_path):
    good, bad = tmp_path / "good.tsv", tmp_path / "bad.tsv"
    good.write_text("s\tmax_rss\n2.0\t-\n")
    bad.write_text("s\n")
    rows = timings([("train", [good, bad, tmp_path / "none.tsv"]), ("reduce", [bad])])
    assert rows == [{"stage": "train", "jobs": 1, "seconds": 2.0, "longest": 2.0, "memory": None}]


# The page's own script

WEB = Path(__file__).resolve().parents[1] / "workflow/scripts/aecluster/page/web"
needs_node = pytest.mark.skipif(
    not (shutil.which("node") and (WEB / "node_modules").is_dir()),
    reason="needs Node, and `npm ci` in page/web",
)


@needs_node
def test_the_modules_of_the_script_do_what_their_own_tests_say():
    tests = sorted(map(str, (WEB / "test").glob("*.test.js")))
    run = subprocess.run(["node", "--test", *tests], cwd=WEB, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


@needs_node
def test_what_is_in_the_page_is_made_of_the_sources_that_are_here(tmp_path):
    shutil.copytree(WEB / "src", tmp_path / "web/src")
    for name in ("build.mjs", "package.json"):
        shutil.copy(WEB / name, tmp_path / "web")
    (tmp_path / "web/node_modules").symlink_to(WEB / "node_modules")
    run = subprocess.run(
        ["node", "build.mjs"], cwd=tmp_path / "web", capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    for name in ("page.js", "page.css"):
        made, kept = tmp_path / "assets" / name, WEB.parent / "assets" / name
        assert made.read_bytes() == kept.read_bytes(), f"build {name} again: npm run build"


def test_licences_of_others_are_kept():
    script = (WEB.parent / "assets/page.js").read_text()
    packages = json.loads((WEB / "package.json").read_text())["devDependencies"]
    notice = script.partition("*/")[0]
    assert all(f"{name} " in notice for name in packages if name.startswith("d3-"))
    assert "Permission to use, copy, modify" in notice and "</script" not in script


def test_without_a_trained_model_there_is_no_tab_of_models(tmp_path):
    said = "nothing was trained on these images"
    images = noise(20, side=8)
    trained, plain = (
        make_results(tmp_path, name, images, np.full(20, -1, np.int64)) for name in ("a", "b")
    )
    assert said not in make_page(tmp_path, [trained, plain]).lower()
    told = load_sections(plain["sections"])
    del told["reconstruction"]
    save_sections(plain["sections"], told)
    both = make_page(tmp_path, [trained, plain])
    assert "models" in tabs(both) and both.lower().count(said) == 2, "models and method say so"
    alone = make_page(tmp_path, [plain])
    assert tabs(alone) == ["groups", "scores", "method"] and alone.lower().count(said) == 1
