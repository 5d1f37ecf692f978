"""The report page and its map, without a browser."""

import base64
import io
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from page_example import EVIL, make_page, make_results, noise
from PIL import Image

from aecluster.page import markdown
from aecluster.page.colours import codes
from aecluster.page.interactive_map import make_map, sample
from aecluster.page.sprites import make_sheet
from aecluster.page.timings import timings
from aecluster.page.views import map_views

MB = 1_000_000


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


def pixels(sheet):
    content = base64.b64decode(sheet.uri.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)))


def cell(sheet, i):
    row, column = divmod(i, sheet.columns)
    top, left = row * sheet.cell_height, column * sheet.cell_width
    return pixels(sheet)[top : top + sheet.height, left : left + sheet.width]


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
        if tag == "a":
            assert attrs["href"][1:] in ids


def test_pictures_have_a_text_and_a_size(page):
    pictures = [
        a
        for tag, a in Elements(page).found
        if tag == "img" and "map-sheet" not in a.get("class", "")
    ]
    assert len(pictures) == 3
    for attrs in pictures:
        assert attrs["alt"]
        assert attrs["width"] == attrs["height"] == "8"


def test_captions_are_filled_and_formatted(page):
    assert "Of marked, <em>plain</em>" in page


def test_data_without_labels_get_no_accuracy_and_say_so(page):
    plain = page.split('<h2 id="data-plain">')[1].split("<h2 ")[0]
    assert "no labels" in plain
    assert "Silhouette of kmeans" in plain
    assert "Chance level" not in plain
    assert "True label" not in plain


def test_labelled_data_show_spread_and_chance(page):
    marked = page.split('<h2 id="data-marked">')[1].split("<h2 ")[0]
    assert "Accuracy of kmeans" in marked
    assert re.search(r"0\.\d{3} ± 0\.\d{3}", marked)
    assert "over 2 seeds" in marked
    assert "Chance level: <strong>0." in marked
    assert "True label" in marked
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


# Size


def a_map(images, labels=None, n_views=1):
    n = len(images)
    rng = np.random.default_rng(0)
    labels = np.full(n, -1) if labels is None else labels
    views = [
        {"model": f"m{k}", "plane": "tsne", "grouped": "tsne", "clustering": "c", "flat": True}
        | {"embedding": f"e{k}", "clusters": f"c{k}"}
        for k in range(n_views)
    ]
    planes = {f"e{k}": rng.normal(size=(n, 2)).astype(np.float32) for k in range(n_views)}
    groups = {f"c{k}": rng.integers(0, 2, n) for k in range(n_views)}
    consensus = groups[views[0]["clusters"]], np.ones(len(images))
    return make_map("many", images, labels, ["a", "b"], views, planes, groups, consensus)


def photo_like(n):
    coarse = noise(n, side=4)
    return np.stack(
        [np.asarray(Image.fromarray(c).resize((32, 32), Image.Resampling.BICUBIC)) for c in coarse]
    )


@pytest.mark.parametrize("make_images", [noise, photo_like])
def test_ten_thousand_images_stay_under_15_mb(make_images, page):
    content = a_map(make_images(10_000), np.arange(10_000) % 2, n_views=8)
    small_page = len(page)  # Bokeh's own scripts are in it
    assert content["n_points"] == 10_000
    assert len(json.dumps(content)) + small_page < 15 * MB


def test_more_images_are_sampled_and_counted():
    content = a_map(np.zeros((10_500, 8, 8, 1), np.uint8))
    assert (content["n_points"], content["n_images"]) == (10_000, 10_500)
    assert np.array_equal(sample(50, 10), sample(50, 10))
    assert len(np.unique(sample(50, 10))) == 10
    assert np.array_equal(sample(5, 10), np.arange(5))


# Sprites


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (9, 13, 3), (32, 32, 3)])
def test_each_cell_holds_its_image(shape):
    images = np.random.default_rng(0).integers(0, 256, (23, *shape), dtype=np.uint8)
    sheet = make_sheet(images)
    for i in (0, 4, 5, 22):
        assert np.array_equal(cell(sheet, i), images[i].squeeze())


def test_lossy_cells_do_not_run_into_each_other():
    colours = np.array([[250, 10, 10], [10, 250, 10], [10, 10, 250]], np.uint8)
    images = np.broadcast_to(colours[np.arange(3000) % 3, None, None], (3000, 28, 28, 3))
    sheet = make_sheet(images)
    assert sheet.uri.startswith("data:image/jpeg")
    for i in (0, 1, 2, 55, 2999):
        assert np.abs(cell(sheet, i).astype(int) - images[i]).max() < 12


def test_large_images_become_thumbnails():
    images = np.zeros((4, 2000, 1000, 3), np.uint8)
    images[2] = 200
    sheet = make_sheet(images)
    assert (sheet.height, sheet.width) == (1600, 800)
    assert cell(sheet, 2).min() > 190
    assert cell(sheet, 1).max() < 10


def test_a_sheet_keeps_to_its_bytes():
    assert len(make_sheet(noise(500), max_bytes=100_000).uri) < 140_000


# Views, colours, tables, Markdown


def views(reductions, on=None):
    reductions = {
        name: dict(zip(("dim", "after"), r, strict=True)) for name, r in reductions.items()
    }
    return map_views({"m": {}}, reductions, {"km": {"on": on}}, seed=3)


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


def test_views_do_not_depend_on_the_order_of_the_config():
    forth = views({"a": (2, None), "b": (2, None)})
    back = views({"b": (2, None), "a": (2, None)})
    assert forth == back


def test_many_names_differ_by_colour_or_shape():
    coded = codes([str(k) for k in range(30)])
    assert len({(c["colour"], c["shape"]) for c in coded}) == 30


def test_colours_are_those_of_the_other_figures():
    from aecluster.figures.style import colour

    names = ["zebra", "ant", "mole"]
    assert [c["colour"] for c in codes(names)] == [colour(name, names) for name in names]


def test_groups_have_the_colour_of_their_class():
    images, labels = noise(6, side=8), np.array([1, 1, 0, 0, -1, -1])
    view = {"model": "m", "plane": "p", "grouped": "p", "clustering": "c", "flat": True}
    view |= {"embedding": "e", "clusters": "c"}
    groups = np.array([0, 0, 1, 1, 1, -1])
    planes, consensus = {"e": np.zeros((6, 1))}, (groups, np.ones(6))
    content = make_map("d", images, labels, ["a", "b"], [view], planes, {"c": groups}, consensus)
    assert content["views"][0]["classOf"] == [1, 0]
    assert content["legend"][-1]["name"] == "no label or no group"


def test_the_first_table_shows_the_choices_side_by_side(page):
    table = page.split('<section aria-label="In short">')[1].split("</table>")[0]
    marked, plain = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", table, flags=re.DOTALL)
    assert marked.count("0.") >= 8 and "deeper, pca8, kmeans" in marked
    assert "deeper, pca8, kmeans" in plain and "0." not in plain, "chosen, but not scored"


def test_no_comparison_across_data_sets_is_said_in_a_sentence(page):
    section = page.split('<h2 id="across">')[1].split("<h2 ")[0]
    assert "Across data sets" in section and "<p>No test" in section and "<img" not in section


def test_what_is_chosen_is_shown_and_the_criteria_are_folded(page):
    marked = page.split('<h2 id="data-marked">')[1].split("<h2 ")[0]
    assert "<h3>Chosen without labels</h3>" in marked
    assert "best by the labels (oracle)</th>" in marked
    assert "<details><summary>Criteria without labels</summary><p>None" in marked
    assert "<summary>Intervals</summary>" not in marked, "which this summary does not have"


def test_markdown_is_escaped_and_folded():
    html = markdown.to_html(f"# T\n\nA **b** `c` {EVIL}\n\n## S\n\n| a |\n| --- |\n| 1 |\n")
    assert "<p>A <strong>b</strong> <code>c</code> &lt;script&gt;" in html
    assert "<details><summary>S</summary>" in html
    assert "<td>1</td>" in html
    assert markdown.title("# T\n") == "T"


def test_timings_of_missing_and_damaged_files_are_left_out(tmp_path):
    good, bad = tmp_path / "good.tsv", tmp_path / "bad.tsv"
    good.write_text("s\tmax_rss\n2.0\t-\n")
    bad.write_text("s\n")
    rows = timings([("train", [good, bad, tmp_path / "none.tsv"]), ("reduce", [bad])])
    assert rows == [{"stage": "train", "jobs": 1, "seconds": 2.0, "longest": 2.0, "memory": None}]


def test_the_discussion_is_shown_and_nothing_after_it():
    text = "# photos\n\n## Discussion\n\n- One `model` is < another.\n\n## Comparisons\n\n- Two.\n"
    html = markdown.section(text, "Discussion")
    assert html == "<ul><li>One <code>model</code> is &lt; another.</li></ul>"
    assert markdown.section(text, "Comparisons") == "<ul><li>Two.</li></ul>"
    assert markdown.section(text, "Missing") == ""
